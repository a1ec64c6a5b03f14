/**
 * Writes an environment document (DSP0243 §11, schema DSP8027): for those whose hypervisor writes none, and for trying things out.
 * Every attribute is qualified, as the schema demands (attributeFormDefault="qualified").
 */
import { EnlightenError } from '../errors.ts';
import { namespaces } from './namespaces.ts';

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
const escaped = (text: string): string =>
  text.replace(/[&<>"\t\n\r]/g, character => references[character] ?? character);

/** What no XML 1.0 document can hold, not even as a reference (XML 1.0, 2.2). */
const UNSPEAKABLE = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** @throws EnlightenError `usage` for a key or value that XML cannot hold. */
export const makeDocument = (id: string, properties: Readonly<Record<string, string>>): string => {
  for (const text of [id, ...Object.entries(properties).flat()]) {
    if (!UNSPEAKABLE.test(text) && text.isWellFormed()) continue;
    throw new EnlightenError('usage', {
      tried: 'write',
      on: JSON.stringify(text.slice(0, 60)),
      happened: 'XML cannot hold one of its characters',
    });
  }
  const lines = Object.entries(properties).map(
    ([key, value]) => `    <Property oe:key="${escaped(key)}" oe:value="${escaped(value)}"/>\n`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<Environment xmlns="${namespaces.ovf}" xmlns:oe="${namespaces.ovf}" oe:id="${escaped(id)}">\n`,
    '  <PropertySection>\n',
    ...lines,
    '  </PropertySection>\n',
    '</Environment>\n',
  ].join('');
};
