/** Folders that mirror a guest's file system, made for one test and removed after it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Guest } from '../../src/guest/guest.ts';
import { openGuest } from '../../src/guest/open.ts';

export interface Contents {
  /** Path → content; an empty string makes an empty file. */
  files?: Record<string, string | Buffer>;
  /** Path → target, as written. */
  links?: Record<string, string>;
  folders?: string[];
}

/** A temporary folder with this in it. */
export const folderWith = (
  t: { after(undo: () => void): void },
  { files = {}, links = {}, folders = [] }: Contents,
): string => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-test-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const path of folders) mkdirSync(join(root, path), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }
  return root;
};

/** A guest on such a folder. */
export const guestWith = (t: TestContext, contents: Contents): Guest => openGuest(folderWith(t, contents));

const hex = (value: number): string => `0x${value.toString(16)}`;

/** Registers of a CPUID leaf that spell a signature. */
const spelled = (signature: string) => {
  const bytes = Buffer.alloc(12);
  bytes.write(signature, 'latin1');
  const [ebx, ecx, edx] = [0, 4, 8].map(at => hex(bytes.readUInt32LE(at)));
  return { eax: hex(0x40000010), ebx, ecx, edx };
};

const features = (hypervisor: boolean) => ({
  eax: '0x0',
  ebx: '0x0',
  ecx: hypervisor ? '0x80000000' : '0x0',
  edx: '0x0',
});

/** The file that stands in for the CPUID device: the hypervisor bit, and the signature of each base from 0x40000000 up. */
export const cpuidOf = (...signatures: string[]): string =>
  JSON.stringify({
    '0x1': features(true),
    ...Object.fromEntries(signatures.map((signature, index) => [hex(0x40000000 + index * 0x100), spelled(signature)])),
  });

export const cpuidWithoutHypervisor = JSON.stringify({ '0x1': features(false) });

/** The strings under /sys/class/dmi/id. */
export const dmiOf = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [`/sys/class/dmi/id/${field}`, `${value}\n`]));

/** SMBIOS type 0 with or without "is a virtual machine". */
export const biosInformation = (virtual: boolean): Record<string, Buffer> => {
  const table = Buffer.alloc(24);
  table[1] = table.length;
  table[0x13] = virtual ? 0x10 : 0;
  return { '/sys/firmware/dmi/entries/0-0/raw': table };
};

export const x86 = (flag: boolean): Record<string, string> => ({
  '/proc/cpuinfo': `processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Some CPU\nflags\t\t: fpu vme ${flag ? 'hypervisor ' : ''}lahf_lm\n\n`,
});
