/** Whether a boot loader can read an environment block where it lies, and write it. Cheapest first. */
import type { Guest, Path } from '../../../guest/guest.ts';
import { loaderNotice as notice } from '../../../notices/bootloader.ts';
import { type Mount, mountOf, mounts } from '../../mounts.ts';
import type { Check as LoaderCheck } from '../check.ts';
import { BLOCK_SIZE, parseBlock } from './environment-block.ts';

/** Of a loader that keeps its block there. */
type Check = LoaderCheck<[{ environment: Path }]>;

/**
 * File systems a loader writes to in place. Not xfs: it may keep a file's newest bytes in its log for long. Not btrfs and zfs:
 * checksums and copy-on-write (grub.d/00_header, check_writable).
 */
const WRITABLE = ['ext2', 'ext3', 'ext4', 'vfat'];

const block: Check = async (guest, { environment }) => {
  const stat = await guest.stat(environment);
  if (stat === null) return notice('loader-unknown', environment, 'it is absent');
  if (stat.kind !== 'file' || stat.size !== BLOCK_SIZE)
    return notice('loader-block', environment, `${stat.size} bytes`);
  const bytes = await guest.read(environment, BLOCK_SIZE);
  return bytes && parseBlock(bytes) ? null : notice('loader-block', environment, 'its bytes are no environment block');
};

const allocated: Check = async (guest, { environment }) =>
  (await guest.stat(environment))?.blocks === 0
    ? notice('loader-block', environment, 'the file is sparse or lies inside its inode')
    : null;

/** The block may be a link to another file system (RHEL on EFI); what it leads to is what the loader and we write. */
const mount = async (guest: Guest, environment: Path): Promise<Mount | null> =>
  mountOf(await mounts(guest), (await guest.resolve(environment)) ?? environment);

const mounted: Check = async (guest, { environment }) =>
  (await mount(guest, environment)) === null
    ? notice('loader-block', environment, 'the file system it lies on is unknown')
    : null;

const journal: Check = async (guest, { environment }) =>
  (await mount(guest, environment))?.options.includes('data=journal')
    ? notice('loader-block', environment, 'data=journal keeps new bytes where no boot loader looks')
    : null;

/** What keeps a loader from writing there; null where nothing does, or where it is not known. */
const readOnly = async (guest: Guest, environment: Path): Promise<string | null> => {
  const on = await mount(guest, environment);
  if (on === null) return null;
  if (!WRITABLE.includes(on.type)) return `it lies on ${on.type}`;
  const device = `/sys/dev/block/${on.device}`;
  const stacked = (await guest.list(`${device}/dm`)).length + (await guest.list(`${device}/md`)).length > 0;
  return stacked ? 'it lies on LVM, RAID or an encrypted disk' : null;
};

/** The loader can read its environment there and never write it. */
export const onlyReads = async (guest: Guest, environment: Path): Promise<boolean> =>
  (await readOnly(guest, environment)) !== null;

/** Where a loader would have to write through LVM or RAID it cannot (GRUB manual, "environment block"), and a one-shot would never end. */
const disk: Check = async (guest, { environment }) => {
  const why = await readOnly(guest, environment);
  return why === null ? null : notice('loader-block', environment, why);
};

/** What the loader has to read there. */
export const readable: readonly Check[] = [block, mounted, journal];
/** What it has to write, too. */
export const writable: readonly Check[] = [block, allocated, mounted, journal, disk];
