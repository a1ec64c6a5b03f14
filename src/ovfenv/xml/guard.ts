/**
 * One pass over the document before any parser sees it: what would cost a parser time or memory, or make it do something,
 * is refused here. Entity expansion needs a DOCTYPE, and no OVF environment has one (CVE-2026-26278, CVE-2026-33036).
 */
import { deepestElement, longestName, mostAttributes, mostNodes } from '../limits.ts';
import { referencesAreSound } from './references.ts';

export type Objection =
  | { kind: 'doctype' }
  | { kind: 'limits'; detail: string }
  | { kind: 'malformed'; detail: string };

/** What stands against parsing this text; null when nothing does. Details never quote the text: it may hold a secret. */
export const objectionTo = (text: string): Objection | null => {
  const count: Count = { depth: 0, nodes: 0, attributes: 0, longest: 0 };
  for (let at = 0; at < text.length; ) {
    const end = endOfToken(text, at, count);
    if (end === null) return text.startsWith('<!DOCTYPE', at) ? { kind: 'doctype' } : malformedAt(text, at);
    const exceeded = limits.find(({ of, most }) => count[of] > most);
    if (exceeded !== undefined) return { kind: 'limits', detail: exceeded.detail };
    at = end;
  }
  return null;
};

interface Count {
  /** Elements open here. */
  depth: number;
  nodes: number;
  attributes: number;
  /** Characters of the longest name so far. */
  longest: number;
}

const limits: { of: keyof Count; most: number; detail: string }[] = [
  { of: 'depth', most: deepestElement, detail: `elements nested deeper than ${deepestElement}` },
  { of: 'nodes', most: mostNodes, detail: `more than ${mostNodes} elements, comments and sections` },
  { of: 'attributes', most: mostAttributes, detail: `more than ${mostAttributes} attributes` },
  { of: 'longest', most: longestName, detail: `a name longer than ${longestName} characters` },
];

/** Sticky, and each a plain run: nothing is ever tried twice, so that the whole pass takes linear time. */
const opaque = /<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>/sy;
const closing = /<\/[^\s<>"'=/&]+\s*>/y;
const opening = /<([^\s<>"'=/&!?]+)/y;
const attribute = /\s+([^\s<>"'=/&]+)\s*=\s*("[^<"]*"|'[^<']*')/y;
const openingEnd = /\s*(\/?)>/y;
const characters = /[^<]+/y;

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** Where the token that begins at `at` ends; null when there is none that XML allows. Counts what is in it. */
const endOfToken = (text: string, at: number, count: Count): number | null => {
  const run = matchAt(characters, text, at);
  if (run !== null) return referencesAreSound(run[0]) ? characters.lastIndex : null;
  if (matchAt(closing, text, at) !== null) {
    count.depth -= 1;
    return closing.lastIndex;
  }
  count.nodes += 1;
  if (matchAt(opaque, text, at) !== null) return opaque.lastIndex;
  return endOfOpening(text, at, count);
};

const endOfOpening = (text: string, at: number, count: Count): number | null => {
  const name = matchAt(opening, text, at)?.[1];
  if (name === undefined) return null;
  count.longest = Math.max(count.longest, name.length);
  let end = opening.lastIndex;
  for (let one = matchAt(attribute, text, end); one !== null; one = matchAt(attribute, text, end)) {
    count.attributes += 1;
    count.longest = Math.max(count.longest, one[1]?.length ?? 0);
    if (count.attributes > mostAttributes) return end;
    if (!referencesAreSound(one[2] ?? '')) return null;
    end = attribute.lastIndex;
  }
  const closed = matchAt(openingEnd, text, end)?.[1];
  if (closed === undefined) return null;
  if (closed === '') count.depth += 1;
  return openingEnd.lastIndex;
};

const malformedAt = (text: string, at: number): Objection => ({
  kind: 'malformed',
  detail: `line ${text.slice(0, at).split('\n').length}`,
});
