/**
 * kexec: the trial that touches no boot loader. Its default stays what it was, so any reset returns to the old kernel by construction,
 * also where the loader cannot take back what it was told: /boot on LVM, RAID, btrfs or ZFS.
 *
 * What was confirmed becomes the loader's default wherever the loader can read that (`unkept`). Where it cannot, or is unknown, a kernel is
 * tried only if enlighten.reboot=kexec says so, and then every boot of the machine is such a trial anew: it begins on the universal kernel,
 * jumps, is checked and confirmed; one that dies is never started again. A jump without nonce and deadline would be a boot with no way back.
 */
import { EnlightenError } from '../../../errors.ts';
import type { WritableGuest } from '../../../guest/guest.ts';
import { kexecNotice } from '../../../notices/kexec.ts';
import type { InstalledKernel } from '../../installed.ts';
import type { BootLoader } from '../bootloader.ts';
import { trialCommandLine } from './command-line.ts';
import { guarded, removeGuarded } from './guarded.ts';
import { type KexecRecord, RECORD, readRecord, writeRecord } from './record.ts';
import { kexecRefusal } from './refusal.ts';

/** The record first: from here on nothing is armed. */
const forgetRecord = async (guest: WritableGuest): Promise<void> => guest.remove(RECORD);

/**
 * The boot loader of the disk, whose trials kexec starts.
 * @param kernel the one to arm; null where only a trial's end is at stake
 */
export const byKexec = (disk: BootLoader, kernel: InstalledKernel | null): BootLoader => ({
  ...disk,
  refusal: kexecRefusal,

  async obstacle(_guest, { entry }) {
    return trialCommandLine(entry.args, '0'.repeat(16)) === null
      ? kexecNotice('kexec-arguments', 'root=', entry.args)
      : null;
  },

  async state(guest) {
    const [record, held] = [await readRecord(guest), await disk.state(guest)];
    return record === null ? held : { ...held, trial: record.state, nonce: record.nonce };
  },

  async snapshot(guest) {
    const kept = (await disk.unkept(guest)) === null;
    return kept ? disk.snapshot(guest) : { path: RECORD, bytes: Buffer.alloc(0) };
  },

  /** Nothing is loaded yet: a kernel that lies in memory would start at any shutdown, also one that should turn the machine off. */
  async arm(guest, entry, _maker, nonce) {
    const args = trialCommandLine(entry.args, nonce);
    if (kernel === null || args === null) {
      throw new EnlightenError('refused', { tried: 'arm', on: 'kexec', happened: 'there is no whole command line' });
    }
    const { image, initramfs } = kernel;
    await writeRecord(guest, { schemaVersion: 1, state: 'armed', nonce, kernel: image, initramfs, args });
  },

  async disarm(guest) {
    await forgetRecord(guest);
    await disk.disarm(guest);
  },

  async promote(guest, entry, maker) {
    await disk.promote(guest, entry, maker);
    await forgetRecord(guest);
  },

  async forget(guest) {
    await forgetRecord(guest);
    await disk.forget(guest);
  },

  async restore(guest, bytes) {
    await forgetRecord(guest);
    if (bytes.length > 0) await disk.restore(guest, bytes);
  },

  async seal(guest, universal) {
    await forgetRecord(guest);
    await disk.seal(guest, universal);
  },
});

/** `kexec -s`: kexec_file_load(2), by which the kernel itself reads and checks the file; it has its own copy of both afterwards. */
const load = async (guest: WritableGuest, { kernel, initramfs, args }: KexecRecord): Promise<void> => {
  const initrd = initramfs === null ? [] : [`--initrd=${await guarded(guest, initramfs)}`];
  const ran = await guest.run('kexec-load', [kernel, ...initrd, `--command-line=${args}`]);
  await removeGuarded(guest);
  const loaded = (await guest.text('/sys/kernel/kexec_loaded')) === '1';
  if (ran.exitCode === 0 && loaded) return;
  const happened = ran.stderr.trim().slice(-400) || `exit code ${ran.exitCode}`;
  throw new EnlightenError('tool-failed', { tried: 'load', on: kernel, happened });
};

/** What lies in memory would start at any shutdown, so it goes first, even if the record cannot be mended. */
const takeBack = async (guest: WritableGuest, record: KexecRecord): Promise<void> => {
  await guest.run('kexec-unload', []);
  if ((await readRecord(guest))?.state === 'spent') await writeRecord(guest, record);
};

/**
 * Loads what is armed, writes down that it was started, and begins the clean shutdown that ends in the jump.
 * @throws EnlightenError: nothing was started, nothing is loaded, and it is armed still
 */
export const jump = async (guest: WritableGuest, record: KexecRecord): Promise<void> => {
  try {
    await load(guest, record);
    await writeRecord(guest, { ...record, state: 'spent' });
    await guest.run('kexec', []);
  } catch (error) {
    await takeBack(guest, record);
    throw error;
  }
};
