/**
 * What an initramfs needs besides the disk's driver to mount the root file system: LVM, encryption, RAID and the file system itself. By the
 * image's own words, not by what carries it while it is built: there that may be a folder, or a loop device.
 */
import type { Guest } from '../guest/guest.ts';
import { type Fstab, tableLines } from './fstab.ts';

/** Code of the kernel; any one of these names or aliases of modules brings it. */
export type Code = readonly string[];

const DEVICE_MAPPER: Code = ['dm_mod'];
const ENCRYPTION: Code = ['dm_crypt'];
const RAID: Code = ['md_mod'];

/** What the name of the root's device says (lvm(8), md(4)). */
const byDevice: readonly (readonly [RegExp, Code])[] = [
  [/^\/dev\/mapper\/./, DEVICE_MAPPER],
  [/^\/dev\/(?!disk\/|mapper\/|md\/|cciss\/)[^/]+\/[^/]+$/, DEVICE_MAPPER],
  [/^\/dev\/md\/?./, RAID],
];

/** What a word of the command line says (dracut.cmdline(7); README.initramfs of Debian's cryptsetup). */
const byWord: readonly (readonly [RegExp, Code])[] = [
  [/^rd\.lvm\.(lv|vg)=./, DEVICE_MAPPER],
  [/^(rd\.luks\.(uuid|name)|luks\.(uuid|name)|cryptdevice|cryptopts)=./, ENCRYPTION],
  [/^rd\.md\.uuid=./, RAID],
];

const said = (table: readonly (readonly [RegExp, Code])[], text: string): Code[] =>
  table.filter(([pattern]) => pattern.test(text)).map(([, code]) => code);

/** crypttab(5): the root itself, what the initramfs is told to open, or, below a volume group, whatever asks for a key. */
const inCrypttab = (lines: readonly string[][], devices: readonly string[]): Code[] => {
  const mapped = devices.filter(device => device.startsWith('/dev/mapper/')).map(device => device.slice(12));
  const onVolume = devices.some(device => said(byDevice, device).includes(DEVICE_MAPPER) && !mapped.includes(device));
  const opened = lines.some(([name = '', , key = '', options = '']) => {
    const early = options.split(',').some(option => ['initramfs', 'x-initrd.attach'].includes(option));
    const random = /^\/dev\/u?random$/.test(key);
    return mapped.includes(name) || early || (onVolume && !random);
  });
  return opened ? [ENCRYPTION] : [];
};

/** mdadm.conf(5): the level of the root's array; where the root is named by what is on it, any array may carry it. */
const inMdadm = (lines: readonly string[][], devices: readonly string[]): Code[] => {
  const arrays = lines.filter(([word]) => word?.toLowerCase() === 'array');
  const byIdentity = devices.every(device => !device.startsWith('/dev/'));
  const level = arrays
    .filter(([, device = '']) => devices.includes(device))
    .flatMap(words => words.flatMap(word => /^level=(.+)$/.exec(word)?.[1] ?? []))[0];
  const told: Code[] = level === undefined ? [] : [[`md-${level}`, level]];
  return byIdentity && arrays.length > 0 ? [RAID] : told;
};

/** In the order in which an initramfs comes to need it. */
export const rootCode = async (guest: Guest, fstab: Fstab, args: string): Promise<Code[]> => {
  const root = fstab.find(({ point }) => point === '/');
  const words = args.split(/\s+/).map(word => word.replaceAll(/["']/g, ''));
  const named = words.filter(word => word.startsWith('root=')).map(word => word.slice('root='.length));
  const devices = [...named, ...(root === undefined ? [] : [root.source])];
  const mdadm = [
    ...(await tableLines(guest, '/etc/mdadm/mdadm.conf')),
    ...(await tableLines(guest, '/etc/mdadm.conf')),
  ];
  const found = [
    ...devices.flatMap(device => said(byDevice, device)),
    ...words.flatMap(word => said(byWord, word)),
    ...inMdadm(mdadm, devices),
    ...inCrypttab(await tableLines(guest, '/etc/crypttab'), devices),
  ];
  const type = root?.type ?? 'auto';
  return [...new Set(found), ...(type === 'auto' ? [] : [[type, `fs-${type}`]])];
};
