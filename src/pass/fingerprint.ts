/**
 * Has anything changed since the last full pass? One digest over everything a plan depends on, made of raw bytes and names only:
 * nothing is parsed, no library is loaded, no program is run.
 */
import { createHash } from 'node:crypto';
import { boundDevices, devices } from '../detect/devices.ts';
import type { Guest, Path } from '../guest/guest.ts';
import type { BootSeen } from '../kernel/trial/judge.ts';
import { nics } from '../network/nics.ts';
import { descriptorPath } from '../ovfenv/descriptor/read.ts';
import { parseCommandLine } from '../settings/cmdline.ts';
import { commandLineOf } from '../settings/gather.ts';
import { VERSION } from '../version.ts';

export interface Known {
  seen: BootSeen;
  hypervisor: string;
  sealed: boolean;
  /** sha256 of the environment in force; null where there is none. */
  environment: string | null;
  /** What the look for it had to say, as codes: a recorded Notice must not outlive its cause. */
  remarks: readonly string[];
}

/** What the trial's entry adds, and what GRUB calls the image: neither is a setting. */
const NOT_OURS = [
  'BOOT_IMAGE',
  'enlighten.trial',
  'enlighten.entry',
  'panic',
  'oops',
  'softlockup_panic',
  'hung_task_panic',
  'systemd.watchdog_sec',
  'systemd.crash_reboot',
  'initrd',
];

const commandLine = async (guest: Guest): Promise<string[]> =>
  parseCommandLine(await commandLineOf(guest))
    .filter(([key]) => !NOT_OURS.includes(key))
    .map(([key, value]) => (value === null ? key : `${key}=${value}`));

/** Size and time of change: a file that was replaced differs in one of them. */
const stamp = async (guest: Guest, path: Path): Promise<string> => {
  const stat = await guest.stat(path);
  return stat === null ? `${path} absent` : `${path} ${stat.size} ${stat.mtimeMs} ${stat.inode}`;
};

const stamps = async (guest: Guest, folder: Path, wanted: RegExp): Promise<string[]> => {
  const names = (await guest.list(folder)).filter(name => wanted.test(name));
  return Promise.all(names.map(name => stamp(guest, `${folder}/${name}`)));
};

/** Processors and blocks of memory the machine has: unlike what the kernel counts, the same at every boot of the same machine. */
const size = async (guest: Guest): Promise<[string | null, number]> => {
  const blocks = (await guest.list('/sys/devices/system/memory')).filter(name => name.startsWith('memory'));
  return [await guest.text('/sys/devices/system/cpu/present'), blocks.length];
};

type Parts = [name: string, content: unknown][];

const digest = (parts: Parts): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** Two hexadecimal sha256: of the devices, and of everything else. */
export const fingerprint = async (guest: Guest, known: Known): Promise<string> => {
  const devicesHere: Parts = [
    ['size', await size(guest)],
    ['cards', (await nics(guest)).map(({ name, mac }) => `${name} ${mac}`)],
    ['devices', boundDevices(await devices(guest))],
  ];
  const everythingElse: Parts = [
    ['agent', VERSION],
    ['sealed', known.sealed],
    ['settings', await stamp(guest, '/etc/enlighten/enlighten.yaml')],
    ['profiles', await stamps(guest, '/etc/enlighten/profiles.d', /\.ya?ml$/)],
    ['sysctl.d', [...(await stamps(guest, '/etc/sysctl.d', /\.conf$/)), await stamp(guest, '/etc/sysctl.conf')]],
    // But what this pass itself writes there.
    ['udev rules', await stamps(guest, '/etc/udev/rules.d', /\.rules$/)],
    ['tmpfiles.d', await stamps(guest, '/etc/tmpfiles.d', /\.conf$/)],
    ['tuned', await stamp(guest, '/etc/tuned/active_profile')],
    ['modprobe.d', await stamps(guest, '/etc/modprobe.d', /^(?!enlighten-load\.conf).*\.conf$/)],
    [
      'modules-load.d',
      [...(await stamps(guest, '/etc/modules-load.d', /\.conf$/)), await stamp(guest, '/etc/modules')],
    ],
    ['command line', await commandLine(guest)],
    ['environment', known.environment],
    ['remarks', known.remarks],
    ['templates', await stamps(guest, '/etc/enlighten/templates.d', /\.mustache$/)],
    ['descriptor', await stamp(guest, descriptorPath)],
    ['hypervisor', known.hypervisor],
    ['machine', known.seen.machine],
    ['release', known.seen.release],
    // The kernel that boots everywhere, once as such and once as the confirmed one with another initramfs: all else is equal.
    ['universal', known.seen.entry === 'universal'],
    // What the loader must show before a trial may be armed: GRUB sets it at the boot after the one in which it was missed.
    ['loader', known.seen.loader.marked],
    ['packages', await stamps(guest, '/var/lib/enlighten/packages', /\.(deb|rpm|apk)$|^SHA256SUMS$/)],
    ['kernels', await stamps(guest, '/boot', /^(vmlinuz|initrd\.img|initramfs)-/)],
  ];
  return digest(devicesHere) + digest(everythingElse);
};

/**
 * As the next boot will see it: with the devices that were bound when this one was recorded. Later others are: services load modules, and
 * those that are kept out are gone.
 */
export const asAtBoot = (now: string, recorded: string): string => {
  const half = now.length / 2;
  return recorded.length === now.length ? recorded.slice(0, half) + now.slice(half) : now;
};
