/**
 * Mustache (https://mustache.github.io/mustache.5.html) for configuration files. The library reads the template; what it may say is less than
 * for web pages: no HTML escaping, no partials, no functions. `{{name}}` is one line, so that no deployer's value adds a line of its own;
 * `{{{name}}}` and `{{&name}}` are whatever the value is. This file loads its library: import it dynamically.
 */
import mustache from 'mustache';
import { saying } from '../errors.ts';
import { isProperty, type Scalar, type View } from './view.ts';

type Filled = { text: string; secret: boolean } | { mistake: string };

/** Characters of the result, and rounds of its loops: a list is as long as a deployer likes. */
const MOST = 1024 * 1024;
/** Sections within each other. */
const DEEPEST = 64;

/** What is found out while a template is filled in. */
interface Progress {
  room: number;
  depth: number;
  secret: boolean;
  mistakes: string[];
}

/** Innermost first, as Mustache looks names up. */
type Scopes = readonly View[];

type Token = readonly [type: string, value: string, start: number, end: number, inner?: unknown];

const scalarIn = (scopes: Scopes, name: string, progress: Progress): Scalar | null | undefined => {
  const view = scopes.find(({ scalars }) => scalars.has(name));
  progress.secret ||= view?.secrets.has(name) === true;
  return view?.scalars.get(name);
};

const listIn = (scopes: Scopes, name: string): readonly View[] | undefined =>
  scopes.find(({ lists }) => lists.has(name))?.lists.get(name);

/** OVF writes booleans as words; vCenter in capitals. */
const holds = (value: Scalar | null | undefined): boolean =>
  typeof value === 'string' ? value !== '' && value.toLowerCase() !== 'false' : Boolean(value);

const known = (scopes: Scopes, name: string): boolean =>
  scopes.some(({ scalars, lists }) => scalars.has(name) || lists.has(name));

/** Line separators of Unicode among them: some readers of configuration end a line there. */
const MORE_THAN_A_LINE = /[\p{Cc}\u2028\u2029]/u;

const written = ([type, name]: Token, scopes: Scopes, progress: Progress): string => {
  const value = scalarIn(scopes, name, progress);
  if (value === undefined || value === null) {
    const why = listIn(scopes, name) ? 'is a list' : known(scopes, name) ? 'is unknown here' : 'does not exist';
    progress.mistakes.push(`${name} ${why}`);
    return '';
  }
  const text = String(value);
  const single = type === 'name' && MORE_THAN_A_LINE.test(text.replaceAll('\t', ' '));
  if (single) progress.mistakes.push(`${name} is more than one line, and {{{…}}} is not asked for`);
  return single ? '' : text;
};

/** What stands between `{{#name}}`, or `{{^name}}`, and its end. */
const section = ([type, name, , , inner]: Token, scopes: Scopes, progress: Progress): string => {
  const tokens = inner as readonly Token[];
  if (!known(scopes, name) && !isProperty(name)) progress.mistakes.push(`${name} does not exist`);
  const list = listIn(scopes, name);
  const there = list === undefined ? holds(scalarIn(scopes, name, progress)) : list.length > 0;
  if (type === '^') return there ? '' : filled(tokens, scopes, progress);
  if (list === undefined) return there ? filled(tokens, scopes, progress) : '';
  return list.map(view => filled(tokens, [view, ...scopes], progress)).join('');
};

const one = (token: Token, scopes: Scopes, progress: Progress): string => {
  const [type, value] = token;
  if (type === 'text') return value;
  if (type === 'name' || type === '&') return written(token, scopes, progress);
  if (type === '#' || type === '^') return section(token, scopes, progress);
  if (type === '>') progress.mistakes.push(`{{>${value}}}: there are no partials`);
  return '';
};

const filled = (tokens: readonly Token[], scopes: Scopes, progress: Progress): string => {
  progress.room -= 1;
  if (progress.depth === DEEPEST) {
    progress.mistakes.push(`sections stand within each other more than ${DEEPEST} deep`);
    return '';
  }
  progress.depth += 1;
  let text = '';
  for (const token of tokens) {
    if (progress.room < 0) break;
    const nested = token[0] === '#' || token[0] === '^';
    const part = one(token, scopes, progress);
    if (!nested) progress.room -= part.length;
    text += part;
  }
  progress.depth -= 1;
  return text;
};

/** @returns the text and whether a secret had a part in it; or the first mistake, which names names and no values. */
export const fill = (template: string, view: View): Filled => {
  const progress: Progress = { room: MOST, depth: 0, secret: false, mistakes: [] };
  let tokens: readonly Token[];
  try {
    tokens = mustache.parse(template) as readonly Token[];
  } catch (error) {
    return { mistake: saying(error) };
  }
  const text = filled(tokens, [view], progress);
  const [mistake] = progress.mistakes;
  if (mistake !== undefined) return { mistake };
  return progress.room < 0 ? { mistake: `it makes more than ${MOST} characters` } : { text, secret: progress.secret };
};
