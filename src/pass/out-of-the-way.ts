/** Boots in which the agent does nothing at all, and why. (design.md, promise 9) */
import type { Detection } from '../detect/detection.ts';
import type { Guest } from '../guest/guest.ts';
import { parseCommandLine } from '../settings/cmdline.ts';
import { commandLineOf } from '../settings/gather.ts';

type Reason = string;

/** systemd's own words for a boot that is not the ordinary one (kernel-command-line(7)). */
const SPECIAL = ['single', 's', 'S', '1', 'rescue', 'emergency', '-b'];
const SPECIAL_UNIT = /^(rescue|emergency|system-update|kexec|initrd)(\.target)?$/;

const specialWord = async (guest: Guest): Promise<Reason | null> => {
  const words = parseCommandLine(await commandLineOf(guest));
  const special = words.find(
    ([key, value]) =>
      (value === null && SPECIAL.includes(key)) || (key === 'systemd.unit' && SPECIAL_UNIT.test(value ?? '')),
  );
  return special ? `this boot is special (${special.filter(Boolean).join('=')})` : null;
};

/** The root of the first process is another one than ours: as systemd's running_in_chroot() asks. */
const inChroot = async (guest: Guest): Promise<boolean> => {
  const [ours, first] = [await guest.stat('/'), await guest.stat('/proc/1/root')];
  if (!guest.live || ours === null || first === null) return false;
  return ours.inode !== first.inode || ours.device !== first.device;
};

const exists = async (guest: Guest, path: string): Promise<boolean> => (await guest.stat(path)) !== null;
const linked = async (guest: Guest, path: string): Promise<boolean> => (await guest.link(path)) !== null;
const when = async (condition: Promise<boolean>, reason: Reason): Promise<Reason | null> =>
  (await condition) ? reason : null;

/** The first one that holds is told. */
const reasons: ((guest: Guest, detection: Detection) => Promise<Reason | null>)[] = [
  async (_, { container }) => (container === null ? null : `this is a ${container} container`),
  guest => when(inChroot(guest), 'this is a chroot'),
  guest => when(exists(guest, '/proc/vmcore'), 'this is a kdump kernel'),
  guest => when(exists(guest, '/etc/initrd-release'), 'this is an initramfs'),
  guest => when(linked(guest, '/system-update'), 'a system update is under way'),
  guest => when(linked(guest, '/etc/system-update'), 'a system update is under way'),
  specialWord,
];

/** @returns null in an ordinary boot. */
export const outOfTheWay = async (guest: Guest, detection: Detection): Promise<Reason | null> => {
  for (const reason of reasons) {
    const found = await reason(guest, detection);
    if (found !== null) return found;
  }
  return null;
};
