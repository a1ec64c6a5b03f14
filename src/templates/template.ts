/** A file of templates.d: what stands between its first two lines `---` says where the rest goes. */
import type { Path } from '../guest/guest.ts';
import { parseYaml } from '../settings/yaml.ts';

/** What becomes of a unit when the file has changed; one that does not run is left alone. */
export interface Follower {
  act: 'reload' | 'restart';
  unit: string;
}

export interface Template {
  target: Path;
  /** Names or numbers; null: as the file has them, else as root makes it. */
  owner: string | null;
  group: string | null;
  /** Permission bits; null: as the file has them, else 0644. */
  mode: number | null;
  follower: Follower | null;
  /** Names of its own: text, or an expression that begins with `=`. */
  values: Record<string, string>;
  body: string;
}

type ReadTemplate = { template: Template } | { mistake: string };

const FRONT_MATTER = /^---\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m;

const ALLOWED = 'target, owner, group, mode, reload, restart, values';
/** systemd.unit(5); not an option. */
const UNIT = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}\.(?:service|socket|target|path|timer|mount)$/;
/** useradd(8); or a number. */
const ACCOUNT = /^(?:[a-z_][a-z0-9_-]{0,31}|\d{1,10})$/i;
const PATH = /^(?!.*\/\.{1,2}(?:\/|$))(?:\/[^/\0\n]{1,255}){1,32}$/;
const VALUE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** How each key must look, for people. */
const forms: Record<string, [RegExp, string]> = {
  target: [PATH, 'an absolute path without . and ..'],
  owner: [ACCOUNT, 'a user'],
  group: [ACCOUNT, 'a group'],
  mode: [/^0?[0-7]{3}$/, 'three octal digits, such as 0640'],
  reload: [UNIT, 'a unit'],
  restart: [UNIT, 'a unit'],
};

/** @returns what is wrong with one line; null when it is right */
const mistakeIn = (key: string, value: string | string[]): string | null => {
  const form = Object.hasOwn(forms, key) ? forms[key] : undefined;
  const ours = key.startsWith('values.') && VALUE.test(key.slice('values.'.length));
  if (form === undefined && !ours) return `${key} is not known; allowed: ${ALLOWED}`;
  if (typeof value !== 'string') return `${key} is a list`;
  return form === undefined || form[0].test(value) ? null : `${key} is not ${form[1]}`;
};

const followerOf = (reload: string | undefined, restart: string | undefined): Follower | null =>
  reload !== undefined
    ? { act: 'reload', unit: reload }
    : restart !== undefined
      ? { act: 'restart', unit: restart }
      : null;

/** Loads the YAML library. Says what is wrong, and never what stands in the body. */
export const readTemplate = async (text: string): Promise<ReadTemplate> => {
  const matter = FRONT_MATTER.exec(text);
  if (matter === null || matter.index !== 0) return { mistake: 'it does not begin with a block between two lines ---' };
  const parsed = await parseYaml(matter[1] ?? '');
  if ('broken' in parsed) return { mistake: `its head is no YAML at ${parsed.broken}` };
  if ('notAMap' in parsed) return { mistake: 'its head is no map of keys' };
  for (const [key, value] of parsed.entries) {
    const mistake = mistakeIn(key, value);
    if (mistake !== null) return { mistake };
  }
  const texts = new Map([...parsed.entries].map(([key, value]) => [key, String(value)]));
  const target = texts.get('target');
  if (target === undefined) return { mistake: 'it has no target' };
  const [reload, restart, mode] = ['reload', 'restart', 'mode'].map(key => texts.get(key));
  if (reload !== undefined && restart !== undefined) return { mistake: 'it has both reload and restart' };
  const template: Template = {
    target,
    owner: texts.get('owner') ?? null,
    group: texts.get('group') ?? null,
    mode: mode === undefined ? null : Number.parseInt(mode, 8),
    follower: followerOf(reload, restart),
    values: Object.fromEntries(
      [...texts].flatMap(([key, value]) => (key.startsWith('values.') ? [[key.slice('values.'.length), value]] : [])),
    ),
    body: text.slice(matter[0].length),
  };
  return { template };
};
