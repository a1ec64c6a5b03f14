/**
 * A second initramfs for a kernel, beside the vendor's, with drivers that one lacks. Takes 15 to 250 s: never while the machine boots.
 */
import { EnlightenError, saying } from '../../errors.ts';
import type { Path, WritableGuest } from '../../guest/guest.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import { type Blocked, isBlocked } from '../blocked.ts';
import type { InstalledKernel } from '../installed.ts';
import type { ModuleDatabase } from '../modules.ts';
import { builderOf } from './builders/index.ts';
import { lacking } from './holds.ts';
import { readInitramfs } from './read.ts';

const MIB = 1024 * 1024;
/** The tools unpack everything there first: 130 MiB for Debian's generic kernel. */
const SCRATCH: Path = '/var/tmp';
const SCRATCH_ROOM = 384 * MIB;

/**
 * Where it lies: beside the vendor's, whose name it carries. Neither grub-mkconfig nor kernel-install takes a file of such a name for an
 * initramfs, and no package's hooks remove or overwrite it.
 */
export const besideOf = (vendor: Path): Path => `${vendor}.enlighten`;

/** Ours by name, whole or from an interrupted build. */
export const isBeside = (name: string): boolean => /\.enlighten(-new)?$/.test(name);

const short = async (guest: WritableGuest, path: Path, needed: number): Promise<Blocked | null> => {
  const free = await guest.free(path);
  if (free !== null && free >= needed) return null;
  const seen = free === null ? 'how much cannot be told' : `${Math.floor(free / 1024)} KiB of ${needed / 1024} KiB`;
  return { blocked: kernelNotice('room-short', path, seen) };
};

/** A host-only initramfs grows three- to fourfold; what is left must do for GRUB and the next update of the vendor's own. */
const roomFor = async (guest: WritableGuest, vendor: Path): Promise<Blocked | null> => {
  const size = (await guest.stat(vendor))?.size ?? 0;
  const needed = Math.ceil(Math.max(4 * size, 64 * MIB) / 1024) * 1024;
  return (
    (await short(guest, vendor.slice(0, vendor.lastIndexOf('/')) || '/', needed)) ??
    (await short(guest, SCRATCH, SCRATCH_ROOM))
  );
};

/** Where a program's own words end up in a Notice: their last line. */
const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';

const must = async (guest: WritableGuest, ...[tool, args]: Parameters<WritableGuest['run']>): Promise<void> => {
  const { exitCode, stdout, stderr } = await guest.run(tool, args);
  if (exitCode === 0) return;
  const happened = lastLine(stderr) || lastLine(stdout) || `exit code ${exitCode}`;
  throw new EnlightenError('tool-failed', { tried: 'run', on: tool, happened });
};

/** GRUB replays no journal: the bytes are on the disk before the file has its name, and its name before anybody is told of it. */
const putInPlace = async (guest: WritableGuest, fresh: Path, out: Path): Promise<void> => {
  await must(guest, 'flush-filesystem', [fresh]);
  try {
    await must(guest, 'rename', [fresh, out]);
    await must(guest, 'flush-filesystem', [out]);
  } catch (error) {
    // A name that may not be on the disk, or a command that failed after its work: nobody will be told of the file, so it goes.
    await guest.remove(out);
    throw error;
  }
};

export interface Built {
  path: Path;
  /** SHA-256, in hexadecimal. */
  digest: string;
}

interface Wanted {
  kernel: InstalledKernel;
  vendor: Path;
  drivers: readonly string[];
  modules: ModuleDatabase;
  encrypted: boolean;
}

const make = async (guest: WritableGuest, wanted: Wanted, fresh: Path): Promise<Built | Blocked> => {
  const { kernel, vendor, modules, encrypted } = wanted;
  const builder = await builderOf(guest);
  if (builder === null) return { blocked: kernelNotice('initramfs-no-builder', kernel.release) };
  const drivers = wanted.drivers.filter(driver => modules.file(driver) !== null);
  const request = { release: kernel.release, drivers, modules, out: fresh, encrypted };
  await must(guest, builder.tool, await builder.prepare(guest, request));
  const read = await readInitramfs(guest, fresh, () => false);
  if (isBlocked(read)) return read;
  const lacks = lacking(drivers, modules, read, kernel.release);
  if (lacks.length > 0) return { blocked: kernelNotice('initramfs-still-lacks', builder.name, lacks.join(', ')) };
  await putInPlace(guest, fresh, besideOf(vendor));
  return { path: besideOf(vendor), digest: read.digest };
};

/**
 * Builds it and puts it into its place, whole or not at all. The vendor's file is not touched.
 * @returns a Notice when there is no room, no tool, or the result is not what was asked for. Never throws but for what cannot be
 * cleaned up.
 */
export const buildInitramfs = async (guest: WritableGuest, wanted: Wanted): Promise<Built | Blocked> => {
  const fresh = `${besideOf(wanted.vendor)}-new`;
  await guest.remove(fresh);
  try {
    return (await roomFor(guest, wanted.vendor)) ?? (await make(guest, wanted, fresh));
  } catch (error) {
    return { blocked: kernelNotice('initramfs-build-failed', wanted.kernel.release, saying(error)) };
  } finally {
    await guest.remove(fresh);
  }
};
