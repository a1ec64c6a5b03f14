/**
 * Writes an environment document (DSP0243 §11, schema DSP8027): for those whose hypervisor writes none, and for trying things out.
 * Every attribute is qualified, as the schema demands (attributeFormDefault="qualified").
 */
import { EnlightenError } from '../../errors.ts';
import type { Peer } from '../environment.ts';
import { namespaces } from '../namespaces.ts';
import { escapeXml, isSpeakable } from '../xml/escape.ts';

/** What a deployer says: the values of this virtual system, and those its siblings see. */
export interface Wishes {
  /** `ovf:id` of the virtual system; empty as VMware writes it. */
  id: string;
  properties: Readonly<Record<string, string>>;
  peers: readonly Peer[];
}

/** @throws EnlightenError `usage` for a key or value that XML cannot hold. */
export const makeDocument = ({ id, properties, peers }: Wishes): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<Environment xmlns="${namespaces.ovf}" xmlns:oe="${namespaces.ovf}" oe:id=${attribute(id)}>\n`,
    ...propertySection(properties, '  '),
    ...peers.flatMap(peer => [
      `  <Entity oe:id=${attribute(peer.id)}>\n`,
      ...propertySection(peer.properties, '    '),
      '  </Entity>\n',
    ]),
    '</Environment>\n',
  ].join('');

const propertySection = (properties: Readonly<Record<string, string>>, indent: string): string[] => [
  `${indent}<PropertySection>\n`,
  ...Object.entries(properties).map(
    ([key, value]) => `${indent}  <Property oe:key=${attribute(key)} oe:value=${attribute(value, key)}/>\n`,
  ),
  `${indent}</PropertySection>\n`,
];

/** @param name what an error calls the text: a value may be a secret */
const attribute = (text: string, name = JSON.stringify(text.slice(0, 60))): string => {
  if (isSpeakable(text)) return `"${escapeXml(text)}"`;
  throw new EnlightenError('usage', { tried: 'write', on: name, happened: 'XML cannot hold one of its characters' });
};
