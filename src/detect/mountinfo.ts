/** The root mount, as /proc/self/mountinfo describes it: proc_pid_mountinfo(5). */
import type { Guest } from '../guest/guest.ts';

export interface Mount {
  /** `254:1`; a number the kernel made up (major 0) on btrfs and overlay. */
  device: string;
  /** Which folder of the file system is mounted; `/` is the whole of it. */
  root: string;
  /** `ext4` */
  type: string;
  /** `/dev/vda1`; whatever mount(2) was told. */
  source: string;
}

const MOUNTINFO = '/proc/self/mountinfo';
/** A machine with a thousand mounts has 200 KiB of them, and the root stands near the top. */
const MAX = 512 * 1024;

/** White space and backslashes are written as three octal digits. */
const decoded = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** What is mounted at /; the last mount wins, it covers those before it. */
export const parseRootMount = (mountinfo: string): Mount | null => {
  let found: Mount | null = null;
  for (const line of mountinfo.split('\n')) {
    const fields = line.split(' ');
    const [, , device, root, point] = fields;
    const separator = fields.indexOf('-', 6);
    const [type, source] = separator < 0 ? [] : fields.slice(separator + 1);
    if (point !== '/' || !device || !root || !type || !source) continue;
    found = { device, root: decoded(root), type, source: decoded(source) };
  }
  return found;
};

/** The root mount; null when the guest does not tell. */
export const rootMount = async (guest: Guest): Promise<Mount | null> =>
  parseRootMount((await guest.text(MOUNTINFO, MAX)) ?? '');
