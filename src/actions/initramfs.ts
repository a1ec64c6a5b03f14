/**
 * The initramfs of a kernel holds the drivers of this hypervisor; else one is built beside the vendor's, and the kernel step tries it.
 * The boot pass only looks up what is known: reading takes seconds and building minutes.
 */
import type { Guest, Path, WritableGuest } from '../guest/guest.ts';
import { isBlocked } from '../kernel/blocked.ts';
import { diskLoaderOf } from '../kernel/bootloaders/index.ts';
import { besideOf, buildInitramfs } from '../kernel/initramfs/build.ts';
import { builderOf } from '../kernel/initramfs/builders/index.ts';
import { lacking } from '../kernel/initramfs/holds.ts';
import { forget, type KnownInitramfs, knownInitramfs, remember, stampOf } from '../kernel/initramfs/known.ts';
import { readInitramfs } from '../kernel/initramfs/read.ts';
import { installedKernels } from '../kernel/installed.ts';
import { moduleDatabase } from '../kernel/modules.ts';
import { rootChain } from '../kernel/rootchain.ts';
import { kernelNotice } from '../notices/kernel.ts';
import type { Notice } from '../notices/notice.ts';
import type { InitramfsStep, Standing } from '../profiles/step.ts';
import type { Journal } from '../state/journal.ts';
import type { Action } from './action.ts';

const knownOf = async ({ release, desired }: InitramfsStep, guest: Guest): Promise<KnownInitramfs | undefined> =>
  (await knownInitramfs(guest)).find(known => known.release === release && known.drivers === desired);

const isEncrypted = async (guest: Guest): Promise<boolean> => {
  const chain = await rootChain(guest);
  return isBlocked(chain) || chain.layers.some(({ kind }) => kind === 'crypt');
};

type Looked = Pick<KnownInitramfs, 'vendor' | 'stamp' | 'lacks' | 'built' | 'failed'>;

/** Reads the vendor's, and builds ours where that lacks something. */
const look = async (step: InitramfsStep, guest: WritableGuest, journal: Journal): Promise<Looked | Notice> => {
  const kernel = (await installedKernels(guest)).find(({ release }) => release === step.release);
  const vendor = kernel?.initramfs ?? null;
  const stamp = vendor && (await stampOf(guest, vendor));
  if (!kernel || !vendor || !stamp) return kernelNotice('initramfs-missing', step.release);
  const [modules, read] = [
    await moduleDatabase(guest, kernel.modules),
    await readInitramfs(guest, vendor, () => false),
  ];
  if (isBlocked(modules)) return modules.blocked;
  if (isBlocked(read)) return read.blocked;
  const drivers = step.desired.split(' ');
  const looked = { vendor, stamp, lacks: lacking(drivers, modules, read, step.release) };
  if (looked.lacks.length === 0) return { ...looked, built: null, failed: null };
  const wanted = { kernel, vendor, drivers, modules, encrypted: await isEncrypted(guest) };
  const path = besideOf(vendor);
  const failures: Notice[] = [];
  await journal.around(step, { path, before: 'absent', after: looked.lacks.join(' ') }, async () => {
    const made = await buildInitramfs(guest, wanted);
    if (isBlocked(made)) failures.push(made.blocked);
  });
  const [failed] = failures;
  if (failed === undefined) {
    return { ...looked, built: { path, stamp: (await stampOf(guest, path)) ?? '' }, failed: null };
  }
  const entry = (await journal.entries()).find(({ id }) => id === step.id);
  if (entry) await journal.undone(entry);
  return { ...looked, built: null, failed };
};

/** Ours for this kernel, where the loader starts it by default: another one under its name would be the default before it ever booted. */
const defaultNow = async ({ release }: InitramfsStep, guest: Guest): Promise<Path | null> => {
  const vendor = (await installedKernels(guest)).find(kernel => kernel.release === release)?.initramfs;
  const { initrd = '', failed } = await (await diskLoaderOf(guest)).state(guest);
  if (!vendor || failed) return null;
  const name = besideOf(vendor).slice(vendor.lastIndexOf('/') + 1);
  return initrd.split(' ').some(file => file.endsWith(`/${name}`)) ? besideOf(vendor) : null;
};

export const initramfsAction: Action<InitramfsStep> = {
  async check(step, guest): Promise<Standing> {
    const known = await knownOf(step, guest);
    if (known === undefined) {
      const path = await defaultNow(step, guest);
      return path === null
        ? { current: null, state: 'pending' }
        : { current: path, state: 'blocked', by: kernelNotice('initramfs-outdated', path) };
    }
    // The tool was installed meanwhile.
    if (known.failed?.code === 'initramfs-no-builder' && (await builderOf(guest)) !== null) {
      return { current: known.vendor, state: 'pending' };
    }
    if (known.failed !== null) return { current: known.vendor, state: 'blocked', by: known.failed };
    return { current: known.built?.path ?? known.vendor, state: 'satisfied' };
  },

  async apply(step, guest, journal) {
    // A folder runs no programs.
    if (!guest.live || (await this.check(step, guest)).state !== 'pending') return;
    const looked = await look(step, guest, journal);
    const { release, desired } = step;
    // What could not even be read is looked at again: it may be mended.
    if ('code' in looked) return;
    await remember(guest, { release, drivers: desired, ...looked });
  },

  async undo(entry, guest, journal) {
    await guest.remove(entry.path);
    await forget(guest, entry.id.slice('initramfs:'.length));
    await journal.undone(entry);
  },
};
