/** Where an image names a disk by the place it hangs at: `/dev/sda1` is `/dev/vda1` on the next hypervisor. */
import type { Path } from '../guest/guest.ts';
import { optional, tableLines } from './fstab.ts';
import type { Image } from './image.ts';

export interface NamedDisk {
  file: Path;
  /** For people: `/etc/fstab /srv`. */
  where: string;
  /** As written: `/dev/sda1`. */
  name: string;
  /** `sd`, `vd`, `by-id`: a target whose disks are called so finds it. */
  family: string;
  /** The boot stops where it is not found. */
  awaited: boolean;
}

/** Documentation/admin-guide/devices.txt; links of udev's that hold a bus or a serial number (udev, 60-persistent-storage.rules). */
const families: readonly (readonly [pattern: RegExp, family: string])[] = [
  [/^\/dev\/sd[a-z]+\d*$/, 'sd'],
  [/^\/dev\/vd[a-z]+\d*$/, 'vd'],
  [/^\/dev\/xvd[a-z]+\d*$/, 'xvd'],
  [/^\/dev\/hd[a-z]+\d*$/, 'hd'],
  [/^\/dev\/nvme\d+n\d+(p\d+)?$/, 'nvme'],
  [/^\/dev\/cciss\/c\d+d\d+(p\d+)?$/, 'cciss'],
  [/^\/dev\/disk\/by-path\/./, 'by-path'],
  [/^\/dev\/disk\/by-id\/(?!dm-|lvm-|md-)./, 'by-id'],
];

const familyOf = (name: string): string | null => families.find(([pattern]) => pattern.test(name))?.[1] ?? null;

const named = (file: Path, where: string, name: string, awaited: boolean): NamedDisk[] => {
  const family = familyOf(name);
  return family === null ? [] : [{ file, where, name, family, awaited }];
};

/** The mount of `/` is made by the initramfs from `root=`, and swap is not waited for. */
const inFstab = ({ fstab }: Image): NamedDisk[] =>
  fstab.flatMap(({ source, point, type, options }) =>
    named('/etc/fstab', `/etc/fstab ${point}`, source, type !== 'swap' && point !== '/' && !optional(options)),
  );

const inCrypttab = async ({ guest }: Image): Promise<NamedDisk[]> =>
  (await tableLines(guest, '/etc/crypttab')).flatMap(([name = '', source = '', , options = '']) =>
    named('/etc/crypttab', `/etc/crypttab ${name}`, source, !optional(options.split(','))),
  );

/** `root=` is waited for, `resume=` only for a while (initramfs-tools(7), dracut.cmdline(7)). */
const inCommandLine = (file: Path, args: string, counts: boolean): NamedDisk[] =>
  args.split(/\s+/).flatMap(word => {
    const [, key = '', value = ''] = /^(root|resume)=(.*)$/.exec(word.replaceAll(/["']/g, '')) ?? [];
    return named(file, `${file} ${key}=`, value, counts && key === 'root');
  });

const MENU = 'boot menu';
const SOURCES = '/etc/default/grub';
const RESUME = '/etc/initramfs-tools/conf.d/resume';

const inGrubDefaults = async ({ guest }: Image): Promise<NamedDisk[]> => {
  const text = (await guest.text(SOURCES, 64 * 1024)) ?? '';
  const lines = [...text.matchAll(/^\s*GRUB_CMDLINE_LINUX\w*=(.*)$/gm)].map(([, value]) => value ?? '');
  return inCommandLine(SOURCES, lines.join(' '), false);
};

const inResume = async ({ guest }: Image): Promise<NamedDisk[]> => {
  const value = /^\s*RESUME=(.*)$/m.exec((await guest.text(RESUME)) ?? '')?.[1] ?? '';
  return named(RESUME, RESUME, value.trim().replaceAll(/["']/g, ''), false);
};

/** Every place that names a disk so, and whether the boot stops there. */
export const diskNames = async (image: Image): Promise<NamedDisk[]> => [
  ...inCommandLine(MENU, image.entry?.args ?? '', true),
  ...inFstab(image),
  ...(await inCrypttab(image)),
  ...(await inGrubDefaults(image)),
  ...(await inResume(image)),
];
