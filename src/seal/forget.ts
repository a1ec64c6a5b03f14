/** What an image must not remember: everything the agent noted on one machine, and on request all that says which machine it was. */
import { AT_BOOT } from '../actions/modules/at-boot.ts';
import type { Path, WritableGuest } from '../guest/guest.ts';
import { RECORD } from '../kernel/bootloaders/kexec/record.ts';
import { isBeside } from '../kernel/initramfs/build.ts';
import { APT } from '../packages/protection.ts';
import { identityFiles } from '../prepare/identity/find.ts';

/** What one machine's boots left behind. */
const BELONGS_TO_A_MACHINE: readonly Path[] = [
  // What `undo` would take away goes before the journal that knows of it: a seal may be cut anywhere.
  AT_BOOT,
  APT.file,
  '/var/lib/enlighten/state.json',
  '/var/lib/enlighten/journal.jsonl',
  '/var/lib/enlighten/settled-boots.json',
  '/var/lib/enlighten/initramfs.json',
  RECORD,
  '/var/lib/enlighten/environment.json',
];

/** The loader starts none of them any more. */
const forgetInitramfs = async (guest: WritableGuest): Promise<void> => {
  for (const name of (await guest.list('/boot')).filter(isBeside)) await guest.remove(`/boot/${name}`);
};

/** @param whole with machine-id, keys, leases and the like (src/prepare/identity/table.ts); else only what a host of the build left */
export const forgetMachine = async (guest: WritableGuest, whole: boolean): Promise<void> => {
  await forgetInitramfs(guest);
  for (const path of BELONGS_TO_A_MACHINE) await guest.remove(path);
  for (const { row, path } of await identityFiles(guest)) {
    if (row.treatment === 'person' || !(whole || row.atSeal === true)) continue;
    if (row.treatment === 'remove') await guest.remove(path);
    else await guest.replace(path, '', (await guest.stat(path))?.mode ?? 0o444);
  }
};
