/** Every file that may name a device, and how it is read. The list is virt-v2v's (convert/convert_linux.ml) with the loaders it leaves out. */
import type { Guest, Path } from '../guest/guest.ts';
import {
  commandLine,
  entryOptions,
  grubConfiguration,
  grubDefaults,
  initramfsResume,
  universalArguments,
} from './command-line.ts';
import { crypttab } from './crypttab.ts';
import { fstab } from './fstab.ts';
import type { Rewrite } from './name.ts';
import { ofBlkid, ofDisks, ofThisMachine } from './records.ts';

const MAX_ENTRIES = 100;

const rewritten: readonly [Path, Rewrite][] = [
  ['/etc/fstab', fstab],
  ['/etc/crypttab', crypttab],
  ['/etc/default/grub', grubDefaults],
  ['/etc/initramfs-tools/conf.d/resume', initramfsResume],
  ['/etc/kernel/cmdline', commandLine],
  ['/boot/grub/grub.cfg', grubConfiguration],
  ['/boot/grub2/grub.cfg', grubConfiguration],
  ['/boot/grub/enlighten.cfg', universalArguments],
  ['/boot/grub2/enlighten.cfg', universalArguments],
  ['/boot/extlinux/enlighten.cfg', universalArguments],
  ['/boot/enlighten.cfg', universalArguments],
  ['/boot/extlinux.conf', entryOptions],
  ['/boot/extlinux/extlinux.conf', entryOptions],
];

const folders: readonly [Path, ending: string, Rewrite][] = [
  ['/etc/default/grub.d', '.cfg', grubDefaults],
  ['/boot/loader/entries', '.conf', entryOptions],
];

/** Is this file nothing but a record of this machine's devices, which is made anew or done without? */
export type Disposable = (text: string) => boolean;

/** Removed, not rewritten: what a record of another machine's disks says is wrong, and no record is right. */
export const records: readonly [Path, Disposable][] = [
  ['/etc/lvm/devices/system.devices', ofThisMachine],
  ['/etc/lvm/cache/.cache', ofBlkid],
  ['/etc/blkid.tab', ofBlkid],
  ['/etc/blkid/blkid.tab', ofBlkid],
  ['/run/blkid/blkid.tab', ofBlkid],
  ['/boot/grub/device.map', ofDisks],
  ['/boot/grub2/device.map', ofDisks],
];

/** The files of this guest that are rewritten, whether they are there or not. */
export const rewritable = async (guest: Guest): Promise<[Path, Rewrite][]> => {
  const found = [...rewritten];
  for (const [folder, ending, rewrite] of folders) {
    const names = (await guest.list(folder)).filter(name => name.endsWith(ending)).slice(0, MAX_ENTRIES);
    found.push(...names.map((name): [Path, Rewrite] => [`${folder}/${name}`, rewrite]));
  }
  return found;
};
