/** Boots in which the agent does nothing at all, and why. (design.md, promise 9) */
import type { Detection } from '../detect/detection.ts';
import type { Guest } from '../guest/guest.ts';
import { parseCommandLine } from '../settings/cmdline.ts';
import { commandLineOf } from '../settings/gather.ts';

type Reason = string;

/** systemd's own words for a boot that is not the ordinary one (kernel-command-line(7)). */
const SPECIAL = ['single', 's', 'S', '1', 'rescue', 'emergency', '-b'];
const SPECIAL_UNIT = /^(rescue|emergency|system-update|kexec|initrd)(\.target)?$/;

/** @returns null in an ordinary boot. */
export const outOfTheWay = async (guest: Guest, detection: Detection): Promise<Reason | null> => {
  if (detection.container !== null) return `this is a ${detection.container} container`;
  if ((await guest.stat('/proc/vmcore')) !== null) return 'this is a kdump kernel';
  if ((await guest.stat('/etc/initrd-release')) !== null) return 'this is an initramfs';
  if ((await guest.link('/system-update')) ?? (await guest.link('/etc/system-update')))
    return 'a system update is under way';
  const words = parseCommandLine(await commandLineOf(guest));
  const special = words.find(
    ([key, value]) =>
      (value === null && SPECIAL.includes(key)) || (key === 'systemd.unit' && SPECIAL_UNIT.test(value ?? '')),
  );
  return special ? `this boot is special (${special.filter(Boolean).join('=')})` : null;
};
