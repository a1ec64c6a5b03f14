/** Guests in temporary folders, discs made by the real tools, and a document like vSphere's. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { WritableGuest } from '../../src/guest/guest.ts';
import { openGuest } from '../../src/guest/open.ts';

type Files = Record<string, string | Buffer>;

export const temporaryFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ovfenv-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const writeFiles = (folder: string, files: Files): void => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
};

/** A guest whose drives (kernel name → image file, or null for an empty tray) are listed in /sys/block. */
export const guestWith = (
  t: TestContext,
  { drives = {}, files = {} }: { drives?: Record<string, string | null>; files?: Files },
): WritableGuest => {
  const root = temporaryFolder(t);
  writeFiles(root, files);
  for (const [name, image] of Object.entries(drives)) {
    mkdirSync(join(root, 'sys/block', name), { recursive: true });
    mkdirSync(join(root, 'dev'), { recursive: true });
    if (image !== null) cpSync(image, join(root, 'dev', name));
  }
  return openGuest(root);
};

/** Every way an image is made in the field that changes how a name is written. */
export const makers = {
  'xorriso, Joliet and Rock Ridge': ['xorriso', '-as', 'mkisofs', '-quiet', '-J', '-r'],
  'xorriso, plain': ['xorriso', '-as', 'mkisofs', '-quiet', '-iso-level', '1', '--norock'],
  'xorriso, level 3': ['xorriso', '-as', 'mkisofs', '-quiet', '-iso-level', '3'],
  'genisoimage, Joliet': ['genisoimage', '-quiet', '-J'],
  'genisoimage, level 1': ['genisoimage', '-quiet', '-iso-level', '1'],
  'genisoimage, Rock Ridge': ['genisoimage', '-quiet', '-R'],
  'genisoimage, level 2': ['genisoimage', '-quiet', '-iso-level', '2'],
  'genisoimage, Joliet and Rock Ridge, with UDF': ['genisoimage', '-quiet', '-J', '-R', '-udf'],
  'genisoimage, level 4': ['genisoimage', '-quiet', '-iso-level', '4', '-allow-lowercase'],
} as const;

export const makeDisc = (
  t: TestContext,
  files: Files,
  { maker = 'xorriso, Joliet and Rock Ridge', label = 'OVF ENV' }: { maker?: keyof typeof makers; label?: string } = {},
): string => {
  const folder = temporaryFolder(t);
  writeFiles(join(folder, 'content'), files);
  const image = join(folder, 'disc.iso');
  const [program, ...args] = makers[maker];
  execFileSync(program, [...args, '-V', label, '-o', image, join(folder, 'content')], { stdio: 'pipe' });
  return image;
};

export const document = `<?xml version="1.0" encoding="UTF-8"?>
<Environment
     xmlns="http://schemas.dmtf.org/ovf/environment/1"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xmlns:oe="http://schemas.dmtf.org/ovf/environment/1"
     xmlns:ve="http://www.vmware.com/schema/ovfenv"
     oe:id=""
     ve:vCenterId="vm-16387">
   <PlatformSection>
      <Kind>VMware ESXi</Kind>
      <Version>7.10</Version>
      <Vendor>VMware, Inc.</Vendor>
      <Locale>en</Locale>
      <Timezone>120</Timezone>
   </PlatformSection>
   <PropertySection>
         <Property oe:key="hostname" oe:value="web1"/>
         <Property oe:key="port" oe:value="0080"/>
         <Property oe:key="ssh" oe:value="True"/>
         <Property oe:key="motd" oe:value="&lt;b&gt; one&#10;two &amp;amp; &#x20AC;"/>
         <Property oe:key="admin_password" oe:value="s3cret &quot;quoted&quot;"/>
         <Property oe:key="empty" oe:value=""/>
   </PropertySection>
   <ve:EthernetAdapterSection>
      <ve:Adapter ve:mac="00:50:56:AB:cd:01" ve:network="VM Network" ve:unitNumber="7"/>
   </ve:EthernetAdapterSection>
   <Entity oe:id="db">
      <PropertySection>
         <Property oe:key="hostname" oe:value="db1"/>
         <Property oe:key="db.password" oe:value="hidden"/>
      </PropertySection>
   </Entity>
</Environment>
`;
