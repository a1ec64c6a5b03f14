/**
 * One pass over the document before any parser sees it: what would cost a parser time or memory, or make it do something,
 * is refused here. Entity expansion needs a DOCTYPE, and no OVF environment has one (CVE-2026-26278, CVE-2026-33036).
 */
import { deepestElement, mostElements } from '../limits.ts';
import { referencesAreSound } from './references.ts';

export type Objection =
  | { kind: 'doctype' }
  | { kind: 'limits'; detail: string }
  | { kind: 'malformed'; detail: string };

/** Every alternative begins differently and is a plain run, so a failure is found in linear time. */
const token = new RegExp(
  [
    '(?<opaque><!--[^]*?-->|<!\\[CDATA\\[[^]*?\\]\\]>|<\\?[^]*?\\?>)',
    '(?<close></[^\\s<>"\'=/&]+\\s*>)',
    '(?<open><[^\\s<>"\'=/&!?]+(?:\\s+[^\\s<>"\'=/&]+\\s*=\\s*(?:"[^<"]*"|\'[^<\']*\'))*\\s*(?<empty>/?)>)',
    '(?<text>[^<]+)',
  ].join('|'),
  'y',
);

/** What stands against parsing this text; null when nothing does. Details never quote the text: it may hold a secret. */
export const objectionTo = (text: string): Objection | null => {
  let depth = 0;
  let elements = 0;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const groups = token.exec(text)?.groups;
    if (groups === undefined) return text.startsWith('<!DOCTYPE', at) ? { kind: 'doctype' } : malformedAt(text, at);
    if (groups['close'] !== undefined) depth -= 1;
    if (groups['open'] !== undefined) {
      elements += 1;
      if (groups['empty'] === '') depth += 1;
    }
    if (depth > deepestElement) return { kind: 'limits', detail: `elements nested deeper than ${deepestElement}` };
    if (elements > mostElements) return { kind: 'limits', detail: `more than ${mostElements} elements` };
    if (!referencesAreSound(groups['open'] ?? groups['text'] ?? '')) return malformedAt(text, at);
  }
  return null;
};

const malformedAt = (text: string, at: number): Objection => ({
  kind: 'malformed',
  detail: `line ${text.slice(0, at).split('\n').length}`,
});
