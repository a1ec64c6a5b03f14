import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** What a deployer hands over, as the hypervisor writes it down. */
export interface OvfEnvironment {
  id?: string;
  platform?: { kind: string; version: string; vendor: string; locale: string };
  properties?: Record<string, string>;
}

const vmware = { kind: 'VMware ESXi', version: '8.0.2', vendor: 'VMware, Inc.', locale: 'en' };

/**
 * An OVF environment document (DSP0243, chapter 11; schema DSP8027) with the spelling VMware uses: the namespace both as the default
 * and as `oe`, every attribute qualified.
 */
export function environmentDocument({ id = 'vm-1', platform = vmware, properties = {} }: OvfEnvironment): string {
  const property = ([key, value]: [string, string]) =>
    `    <Property oe:key="${escaped(key)}" oe:value="${escaped(value)}"/>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1"',
    '             xmlns:oe="http://schemas.dmtf.org/ovf/environment/1"',
    '             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    `             oe:id="${escaped(id)}">`,
    '  <PlatformSection>',
    `    <Kind>${escaped(platform.kind)}</Kind>`,
    `    <Version>${escaped(platform.version)}</Version>`,
    `    <Vendor>${escaped(platform.vendor)}</Vendor>`,
    `    <Locale>${escaped(platform.locale)}</Locale>`,
    '  </PlatformSection>',
    '  <PropertySection>',
    ...Object.entries(properties).map(property),
    '  </PropertySection>',
    '</Environment>',
    '',
  ].join('\n');
}

/**
 * Writes the ISO transport's medium below the folder and gives its path. The name is new for each document: QEMU keeps
 * the old one open. `document` is the text, or what to write it from.
 */
export async function environmentIso(folder: string, document: string | OvfEnvironment): Promise<string> {
  const content = join(folder, 'iso');
  const iso = join(folder, `ovf-env-${Date.now()}.iso`);
  await mkdir(content, { recursive: true });
  const text = typeof document === 'string' ? document : environmentDocument(document);
  await writeFile(join(content, 'ovf-env.xml'), text);
  await execa('xorriso', ['-as', 'mkisofs', '-quiet', '-J', '-R', '-V', 'OVF ENV', '-o', iso, content]);
  await rm(content, { recursive: true });
  return iso;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' };
const escaped = (text: string) => text.replace(/[&<>"\n]/g, it => entities[it] ?? it);
