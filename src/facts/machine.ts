/** Which machine this is, and which kernel runs on it. */
import { rootMount } from '../detect/mountinfo.ts';
import type { Guest } from '../guest/guest.ts';

/** What state is bound to. A part that is null is unknown; see judge.ts for when it is another machine. */
export interface MachineIdentity {
  /** The SMBIOS system UUID, in lower case; null without SMBIOS or without root's rights. */
  product: string | null;
  /** UUID of the root file system. */
  root: string | null;
}

/** What GRUB's `smbios` command compares at boot: structure type 1, strings 4 (offset) and 5. */
export interface SmbiosStrings {
  manufacturer: string | null;
  product: string | null;
}

const DMI = '/sys/class/dmi/id';
const UUID = /^[0-9a-f][0-9a-f-]{3,63}$/i;
const MAX_LINKS = 1024;

const uuid = (text: string | null | undefined): string | null => (text && UUID.test(text) ? text : null);

/** On btrfs the mount's own number is made up; the device it was mounted from has the one udev knows. */
const rootDevice = async (guest: Guest): Promise<string | null> => {
  const mount = await rootMount(guest);
  if (mount === null || !mount.device.startsWith('0:')) return mount?.device ?? null;
  const node = await guest.resolve(mount.source);
  return node === null ? null : guest.text(`/sys/class/block/${node.slice(node.lastIndexOf('/') + 1)}/dev`);
};

/** udev's record of the device: kept under /run across the switch to the real root, so it is there from the first moment. */
const fromUdev = async (guest: Guest, device: string): Promise<string | null> =>
  uuid(/^E:ID_FS_UUID=(.*)$/m.exec((await guest.text(`/run/udev/data/b${device}`, 64 * 1024)) ?? '')?.[1]);

/** The links of mdev and eudev, and of udev where its record is gone. */
const fromLinks = async (guest: Guest, device: string): Promise<string | null> => {
  const folder = '/dev/disk/by-uuid';
  for (const name of (await guest.list(folder)).slice(0, MAX_LINKS)) {
    const node = await guest.stat(`${folder}/${name}`);
    if (node?.kind === 'block' && node.device === device) return uuid(name);
  }
  return null;
};

/** What the boot loader was told to find, where nobody recorded what was found. */
const fromCommandLine = async (guest: Guest): Promise<string | null> => {
  const words = ((await guest.text('/proc/cmdline', 16 * 1024)) ?? '').split(/\s+/);
  const root = words.findLast(word => word.startsWith('root='));
  return uuid(/^root="?UUID=([^"]+)"?$/.exec(root ?? '')?.[1]);
};

/** The machine, by its firmware's UUID and its root file system's; see {@link MachineIdentity} for what null means. */
export const machineIdentity = async (guest: Guest): Promise<MachineIdentity> => {
  const device = await rootDevice(guest);
  const found = device === null ? null : ((await fromUdev(guest, device)) ?? (await fromLinks(guest, device)));
  // Kernels before 4.19 print it in capitals (drivers/firmware/dmi_scan.c); another kernel is not another machine.
  const product = uuid(await guest.text(`${DMI}/product_uuid`))?.toLowerCase() ?? null;
  return { product, root: found ?? (await fromCommandLine(guest)) };
};

/** Exactly the string's bytes, with spaces at either end; the kernel adds one newline. Null when it is not UTF-8. */
const exactly = async (guest: Guest, field: string): Promise<string | null> => {
  const bytes = await guest.read(`${DMI}/${field}`, 4096).catch(() => null);
  if (bytes === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\n$/, '');
  } catch {
    return null;
  }
};

/** The strings as the firmware holds them, untrimmed: GRUB compares them byte for byte. */
export const smbiosStrings = async (guest: Guest): Promise<SmbiosStrings> => ({
  manufacturer: await exactly(guest, 'sys_vendor'),
  product: await exactly(guest, 'product_name'),
});

/** `uname -r`; null on a folder that does not tell. */
export const runningRelease = (guest: Guest): Promise<string | null> => guest.text('/proc/sys/kernel/osrelease');
