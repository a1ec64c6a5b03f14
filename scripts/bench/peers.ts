/** Others who answer the same questions, as they stand in Debian. */
import { join } from 'node:path';
import { cloudInit } from '../../test/ovfenv/make/cloud-init.ts';
import type { Command } from './measure.ts';

/** Where am I? */
export const detectors: Record<string, Command> = {
  'systemd-detect-virt': ['/usr/bin/systemd-detect-virt'],
  'virt-what': ['/usr/sbin/virt-what'],
};

/** The Debian packages they are in. */
export const needed = {
  '/usr/bin/python3': 'python3',
  'systemd-detect-virt': 'systemd',
  'virt-what': 'virt-what',
};

/** Runs a program of Python on a document; its modules come from Debian alone, and from one folder more. */
const python = (program: string, document: string, folder = ''): Command => [
  ...['/usr/bin/python3', '-I', '-c'],
  `import json, sys; sys.path.insert(0, '${folder}'); ${program}`,
  document,
];

const namespace = 'http://schemas.dmtf.org/ovf/environment/1';

/** What does the deployer want? Each reads the properties of a document and prints them as JSON. */
export const parsers = (document: string): Record<string, Command> => ({
  'cloud-init’s OVF data source': python(
    "from cloudinit.sources import DataSourceOVF as ovf; print(json.dumps(ovf.get_properties(open(sys.argv[1], 'rb').read())))",
    document,
    cloudInit().python,
  ),
  'Python’s minidom': python(
    `from xml.dom import minidom
found = minidom.parse(sys.argv[1]).getElementsByTagNameNS('${namespace}', 'Property')
print(json.dumps({it.getAttributeNS('${namespace}', 'key'): it.getAttributeNS('${namespace}', 'value') for it in found}))`,
    document,
  ),
});

/** Writes a document where all of them can read it. */
export const documentIn = (folder: string, name: string): string => join(folder, `${name.replaceAll(/\W/g, '-')}.xml`);
