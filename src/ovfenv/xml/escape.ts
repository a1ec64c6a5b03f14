/** Text as it stands in an XML document: in an attribute's double quotes, or as an element's content. */
const references: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Attribute values are normalised by every XML reader (XML 1.0, 3.3.3): white space but the blank survives as a reference only. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\t\n\r]/g, character => references[character] ?? character);

/** What no XML 1.0 document can hold, not even as a reference (XML 1.0, 2.2). */
const unspeakable = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Can an XML 1.0 document hold this text? */
export const isSpeakable = (text: string): boolean => text.isWellFormed() && !unspeakable.test(text);
