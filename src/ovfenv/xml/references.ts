/**
 * Character and predefined entity references (XML 1.0 §4.1, §4.6). Decoded here and not by the parser, which leaves
 * `&#10;` as it stands; after attribute-value normalization, so that `&#10;` stays a line end where a plain one is a space.
 */

const predefined: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Without a DOCTYPE no other entity can exist. */
const reference = /&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/y;

const isCharacter = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

/** The character for the reference at `at`, and where it ends; null when none is there that XML allows. */
const referenceAt = (text: string, at: number): { character: string; end: number } | null => {
  reference.lastIndex = at;
  const match = reference.exec(text);
  if (match === null) return null;
  const [, hex, decimal, name] = match;
  const end = reference.lastIndex;
  if (name !== undefined) return { character: predefined[name] ?? '', end };
  const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);
  return isCharacter(code) ? { character: String.fromCodePoint(code), end } : null;
};

/** Whether every ampersand of the text begins a reference to a character that XML allows. */
export const referencesAreSound = (text: string): boolean => {
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    if (referenceAt(text, at) === null) return false;
  }
  return true;
};

/**
 * Decodes once: `&amp;lt;` is `&lt;`. Only for text that `referencesAreSound` has let through. One reference after the other: a
 * replace with a function keeps every match until the end, a hundred times the size of the text.
 */
export const decodeReferences = (text: string): string => {
  let decoded = '';
  let from = 0;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', from)) {
    const found = referenceAt(text, at);
    decoded += text.slice(from, at) + (found?.character ?? '&');
    from = found?.end ?? at + 1;
  }
  return from === 0 ? text : decoded + text.slice(from);
};

/** A literal tab or line end in an attribute's value is a space (XML 1.0 §3.3.3). */
export const attributeValue = (written: string): string => decodeReferences(written.replace(/[\t\n]/g, ' '));
