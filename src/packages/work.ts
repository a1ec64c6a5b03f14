/**
 * What is done with packages after the boot. Each step is journaled before and after; whatever is in the way is a Notice, and the next
 * boot tries again.
 *
 * On Debian the kernel's hooks run update-grub, which puts the newest kernel first and would, with GRUB_DEFAULT=0, change what boots
 * (measured: cloud before generic at the same version). On a sealed appliance it does not: custom.cfg is read last and sets `default` by
 * name, to the proven kernel or else to the universal one of enlighten.cfg, neither of which update-grub writes. That this still holds
 * is looked at after each installation.
 */
import { saying } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import type { BootLoader, Maker } from '../kernel/bootloaders/bootloader.ts';
import { digestOf } from '../kernel/digest.ts';
import type { Notice } from '../notices/notice.ts';
import { packageNotice } from '../notices/packages.ts';
import type { PackageStep } from '../profiles/step.ts';
import type { Entry, Journal } from '../state/journal.ts';
import { CACHE, SUMS } from './cache.ts';
import { isInstalled, packageStates } from './databases/dpkg-status.ts';
import { ownersOfKernel } from './databases/rpm.ts';
import { importPackages } from './disc.ts';
import { type Manager, managerOf } from './managers.ts';
import { repairDpkg } from './repair.ts';
import { roomFor } from './room.ts';
import { parseSums } from './sums.ts';

export interface Working {
  guest: WritableGuest;
  journal: Journal;
  loader: Pick<BootLoader, 'effectiveDefault' | 'refusal'>;
  maker: Maker;
  /** Where the environment came from: `/dev/sr0:/ovf-env.xml`. */
  source: string;
}

/** What the next boot starts, and whether the agent may still arm there: both must be as before. */
const bootsNow = async ({ guest, loader, maker }: Working): Promise<string> => {
  const refused = await loader.refusal(guest);
  return `${await loader.effectiveDefault(guest, maker)}${refused === null ? '' : ` (${refused.code})`}`;
};

/** Files that came on a disc are what they were when they were copied; the vendor's own have no list. */
const altered = async (guest: WritableGuest, files: readonly string[]): Promise<string | null> => {
  const sums = parseSums((await guest.text(`${CACHE}/${SUMS}`, 64 * 1024)) ?? '');
  for (const file of files) {
    const listed = sums.get(file.slice(CACHE.length + 1));
    if (listed !== undefined && (await digestOf(guest, file, 'sha256')) !== listed) return file;
  }
  return null;
};

const run = async ({ guest }: Working, tool: Manager['install'], args: readonly string[]): Promise<void> => {
  const { exitCode, stderr } = await guest.run(tool, args);
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr.trim().slice(-300)}`);
};

/** A manager may answer 0 and have left something undone. */
const verified = async ({ guest }: Working, manager: Manager, packages: readonly string[]): Promise<void> => {
  if (manager.name !== 'apt') return;
  const states = await packageStates(guest);
  const missing = packages.filter(name => !isInstalled(states.get(name)));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} is not installed afterwards`);
};

const install = async (working: Working, manager: Manager, step: PackageStep): Promise<Notice | null> => {
  const { guest, journal } = working;
  const { packages, files, act } = step;
  const room = act === 'install' ? await roomFor(guest, files) : null;
  if (room !== null) return room;
  const wrong = await altered(guest, files);
  if (wrong !== null) return packageNotice('packages-disc', wrong, 'its digest is not the listed one');
  const before = await bootsNow(working);
  const change = { path: files[0] ?? CACHE, before: '', after: packages.join(' ') };
  await journal.around(step, change, async () => {
    if (act === 'fetch' && manager.refresh !== null) await run(working, manager.refresh, []);
    await run(working, act === 'install' ? manager.install : manager.fetch, act === 'install' ? files : packages);
    await verified(working, manager, packages);
    // GRUB replays no journal: kernel, initramfs and menu are on the disc, whole, before anything is built on them.
    await guest.run('flush-filesystem', ['/boot']);
  });
  const after = await bootsNow(working);
  return after === before ? null : packageNotice('packages-default-moved', step.id, after);
};

/** Image, modules and headers of a release, by what the manager says is installed. */
const ownersOf = async (guest: WritableGuest, manager: Manager, release: string): Promise<string[]> => {
  if (manager.name !== 'apt') {
    return ownersOfKernel(guest, { image: `/boot/vmlinuz-${release}`, modules: `/lib/modules/${release}` });
  }
  const states = [...(await packageStates(guest))];
  const named = (name: string) => [`-${release}`, `-${release}-unsigned`].some(end => name.endsWith(end));
  return states
    .filter(([name, status]) => name.startsWith('linux-') && named(name) && isInstalled(status))
    .map(([name]) => name);
};

const remove = async (working: Working, manager: Manager, step: PackageStep): Promise<Notice | null> => {
  const { release = '' } = step;
  const names = await ownersOf(working.guest, manager, release);
  if (names.length === 0) return packageNotice('packages-failed', step.id, 'no package owns it');
  const change = { path: `/boot/vmlinuz-${release}`, before: names.join(' '), after: '' };
  await working.journal.around(step, change, () => run(working, manager.remove, names));
  return null;
};

const begun = async (journal: Journal): Promise<Entry[]> =>
  (await journal.entries()).filter(({ kind, phase }) => kind === 'package' && phase === 'intended');

/** One step. @returns what stands in the way; null when it is done. */
export const workOn = async (working: Working, step: PackageStep): Promise<Notice | null> => {
  const { guest, journal, source } = working;
  if (step.act === 'import') return importPackages(guest, source, step.desired);
  const manager = await managerOf(guest);
  if (manager === null) return packageNotice('packages-failed', step.id, 'there is no package manager');
  try {
    const obstacle = manager.name === 'apt' ? await repairDpkg(guest, await begun(journal)) : null;
    if (obstacle !== null) return obstacle;
    return await (step.act === 'remove' ? remove : install)(working, manager, step);
  } catch (error) {
    return packageNotice('packages-failed', step.id, saying(error));
  }
};
