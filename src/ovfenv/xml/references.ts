/**
 * Character and predefined entity references (XML 1.0 §4.1, §4.6). Decoded here and not by the parser, which leaves
 * `&#10;` as it stands; after attribute-value normalization, so that `&#10;` stays a line end where a plain one is a space.
 */

const predefined: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const reference = /&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/g;
/** An ampersand that does not begin a reference. Without a DOCTYPE no other entity can exist. */
const stray = new RegExp(`&(?!${reference.source.slice(1)})`);

const isCharacter = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

const codeOf = (hex: string | undefined, decimal: string | undefined): number =>
  hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);

/** Whether every ampersand of the text begins a reference to a character that XML allows. */
export const referencesAreSound = (text: string): boolean =>
  !stray.test(text) &&
  [...text.matchAll(reference)].every(
    ([, hex, decimal, name]) => name !== undefined || isCharacter(codeOf(hex, decimal)),
  );

/** Decodes once: `&amp;lt;` is `&lt;`. Only for text that `referencesAreSound` has let through. */
export const decodeReferences = (text: string): string =>
  text.replace(reference, (_, hex?: string, decimal?: string, name?: string) =>
    name === undefined ? String.fromCodePoint(codeOf(hex, decimal)) : (predefined[name] ?? ''),
  );

/** A literal tab or line end in an attribute's value is a space (XML 1.0 §3.3.3). */
export const attributeValue = (written: string): string => decodeReferences(written.replace(/[\t\n]/g, ' '));
