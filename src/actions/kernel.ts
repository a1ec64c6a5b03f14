/** The kernel step: its check proves, its apply arms a trial, its undo gives the loader its bytes back. */
import { environmentDevices, type Facts } from '../facts/facts.ts';
import type { Guest, Path } from '../guest/guest.ts';
import type { BootEntry, BootLoader, Maker } from '../kernel/bootloaders/bootloader.ts';
import { diskLoaderOf } from '../kernel/bootloaders/index.ts';
import { RECORD } from '../kernel/bootloaders/kexec/record.ts';
import { advance, bytesBefore } from '../kernel/trial/advance.ts';
import { arm } from '../kernel/trial/arm.ts';
import { baselineOf } from '../kernel/trial/baseline.ts';
import type { BootSeen } from '../kernel/trial/judge.ts';
import { patienceOf } from '../kernel/trial/strict.ts';
import { chooseWay, type RebootWish, type Way } from '../kernel/trial/way.ts';
import { loaderNotice } from '../notices/bootloader.ts';
import type { Notice } from '../notices/notice.ts';
import { trialNotice } from '../notices/trial.ts';
import type { KernelStep, Standing } from '../profiles/step.ts';
import type { State, Trial } from '../state/state.ts';
import type { Action } from './action.ts';

/** What the kernel step needs beyond the guest. `state` is replaced as the trial advances. */
export interface KernelWing {
  /** Replaced by the one that armed. */
  loader: BootLoader;
  /** enlighten.reboot */
  reboot: RebootWish;
  seen: BootSeen;
  facts: Facts;
  /** Set where nothing may be armed: the state file is broken or newer. */
  frozen: Notice | null;
  state: State;
  maker: Maker;
  /** On the guest's monotonic clock, milliseconds: past it nothing is armed. */
  deadline: number;
}

/** A trial that never started is armed at most this often for one kernel. */
const MAX_ATTEMPTS = 2;
/** design.md, promise 8. */
export const MAX_REBOOTS = 2;

interface Ready {
  way: Way;
  initramfs: string | null;
}

/** The same kernel with another initramfs is another trial. */
const isOf = (trial: Trial, release: string, initramfs: Path | undefined): boolean =>
  trial.kernel === release && (trial.initramfsPath ?? undefined) === initramfs;

/**
 * The vendor's entry with our initramfs instead of the vendor's, in whose folder it lies. The loader may see that folder from elsewhere:
 * `/initrd.img-6.1` on a /boot of its own, `/@/boot/initrd.img-6.1` on btrfs. Null where its entry names some other file.
 */
const entryWith = (entry: BootEntry, vendors: Path | null, ours: Path | undefined): BootEntry | null => {
  if (ours === undefined) return entry;
  const isVendors = (file: string) => vendors !== null && (file.endsWith(vendors) || vendors.endsWith(file));
  const files = entry.initrd.split(' ');
  if (!files.some(isVendors)) return null;
  const name = ours.slice(ours.lastIndexOf('/') + 1);
  const named = (file: string) => file.slice(0, file.lastIndexOf('/') + 1) + name;
  return { ...entry, initrd: files.map(file => (isVendors(file) ? named(file) : file)).join(' ') };
};

const verdictOn = ({ verdicts }: State, { detection }: Facts, desired: string, file: Path | undefined) =>
  verdicts.find(
    ({ release, hypervisor, initramfs }) =>
      release === desired && hypervisor === detection.hypervisor && initramfs === file,
  );

/** An initramfs of ours that went back says nothing about its kernel: that goes on with the vendor's. */
const withoutFailed = (step: KernelStep, { state, facts }: KernelWing): KernelStep => {
  const { initramfs, ...kernel } = step;
  return initramfs !== undefined && verdictOn(state, facts, step.desired, initramfs) ? kernel : step;
};

const memory = ({ state, facts }: KernelWing, { desired, initramfs }: KernelStep): Notice | null => {
  // A kernel that went back does so with any initramfs.
  const verdict = verdictOn(state, facts, desired, undefined);
  if (verdict) return trialNotice('trial-verdict', desired, verdict.cause);
  const { attempts, state: trial } = state.trial;
  if (trial === 'none' && isOf(state.trial, desired, initramfs) && attempts >= MAX_ATTEMPTS)
    return trialNotice('trial-attempts', desired, String(attempts));
  const { candidates, count } = state.reboots;
  return candidates === desired && count >= MAX_REBOOTS ? trialNotice('trial-reboots', desired, String(count)) : null;
};

/** Every proof, cheapest first; the way and the digest to arm with when all hold. */
const prove = async (wing: KernelWing, step: KernelStep, guest: Guest): Promise<Ready | Notice> => {
  const { reboot: wish, facts, maker, frozen, deadline } = wing;
  const kernel = facts.kernels.find(({ release }) => release === step.desired);
  const target = kernel && { ...kernel, initramfs: step.initramfs ?? kernel.initramfs };
  if (!target) return trialNotice('kernel-not-installed', step.desired, 'no image, modules or initramfs');
  const known = frozen ?? memory(wing, step);
  if (known) return known;
  const disk = await diskLoaderOf(guest);
  const chosen = await chooseWay(guest, { disk, wish, kernel: target });
  if ('code' in chosen) return chosen;
  const worse = step.rejected?.find(({ release }) => release === step.desired)?.by;
  if (worse) return worse;
  const entry = entryWith(chosen.entry, kernel.initramfs, step.initramfs);
  if (entry === null) return loaderNotice('loader-entry', step.initramfs ?? target.image, target.release);
  const way = { ...chosen, entry };
  const candidate = { kernel: target, entry, maker };
  const obstacle =
    (await way.loader.obstacle(guest, candidate)) ?? (way.kept ? await disk.obstacle(guest, candidate) : null);
  if (obstacle) return obstacle;
  const { proofs } = await import('../kernel/proof/index.ts');
  const { blocked, initramfsDigest } = await proofs(
    {
      guest,
      target,
      runningRelease: facts.runningRelease,
      devices: facts.devices,
      environmentDevices: environmentDevices(facts),
    },
    { deadline },
  );
  if (blocked) return blocked;
  const late = guest.clock.monotonic() > deadline;
  return late ? trialNotice('trial-no-time', step.desired, 'every proof held') : { way, initramfs: initramfsDigest };
};

const isNotice = (result: Ready | Notice): result is Notice => 'code' in result;

const isDefault = async (
  { loader, facts, maker, state: { trial } }: KernelWing,
  { desired, initramfs }: KernelStep,
  guest: Guest,
): Promise<boolean> => {
  // The loader tells which kernel it starts; which initramfs goes with it was settled by that one's own trial.
  const proven = ['confirmed', 'settled'].includes(trial.state) && isOf(trial, desired, initramfs);
  if (initramfs !== undefined && !proven) return false;
  const kernel = facts.kernels.find(({ release }) => release === desired);
  const chosen = await loader.effectiveDefault(guest, maker);
  if (kernel === undefined || chosen === null) return false;
  if (kernel.image.endsWith(chosen.slice(chosen.lastIndexOf('/')))) return true;
  return (await loader.entry(guest, kernel))?.kernel === chosen;
};

/** No loader can keep it as the default: it runs because this boot's own trial was confirmed. */
const startedAnew = ({ state: { trial } }: KernelWing, { desired }: KernelStep): boolean =>
  trial.state === 'confirmed' && trial.kernel === desired && trial.way?.by === 'kexec' && trial.entry === null;

/** One action for one pass: what its check proved, its apply need not prove again (3 to 17 s on a slow guest). */
export const kernelAction = (wing: KernelWing): Action<KernelStep> => {
  let proven: Ready | Notice | null = null;
  const proof = async (step: KernelStep, guest: Guest): Promise<Ready | Notice> => {
    proven ??= await prove(wing, step, guest);
    return proven;
  };
  return {
    async check(planned, guest): Promise<Standing> {
      const step = withoutFailed(planned, wing);
      const current = wing.facts.runningRelease;
      const { trial } = wing.state;
      const onTrial = ['armed', 'running'].includes(trial.state) && isOf(trial, step.desired, step.initramfs);
      if (onTrial) return { current, state: 'pending' };
      if (current === step.desired && startedAnew(wing, step)) return { current, state: 'satisfied' };
      // Confirmed, and another kernel was started this once: the next boot is this one's, and it needs no second trial.
      if (await isDefault(wing, step, guest)) {
        return { current, state: current === step.desired ? 'satisfied' : 'pending' };
      }
      const ready = await proof(step, guest);
      if (isNotice(ready)) return { current, state: 'blocked', by: ready };
      const { by, because } = ready.way;
      return { current, state: 'pending', how: `by ${by}: ${because}` };
    },

    async apply(planned, guest, journal) {
      const step = withoutFailed(planned, wing);
      if (['armed', 'running'].includes(wing.state.trial.state) || (await isDefault(wing, step, guest))) return;
      const ready = await proof(step, guest);
      if (isNotice(ready)) return;
      const { facts, maker, seen } = wing;
      const { loader, entry, kept, by, because } = ready.way;
      wing.loader = loader;
      await arm(guest, loader, journal, wing, {
        step,
        entry,
        kept,
        way: { by, because },
        maker,
        hypervisor: facts.detection.hypervisor,
        previous: facts.runningRelease,
        bootId: seen.bootId,
        initramfs: ready.initramfs,
        initramfsPath: step.initramfs ?? null,
        baseline: { ...(await baselineOf(guest)), patience: await patienceOf(guest) },
      });
    },

    async undo(entry, guest, journal) {
      const hypervisor = wing.facts.detection.hypervisor;
      // It forgets by giving back the bytes, in one write: the journal is closed only when they are there. Where kexec alone
      // started the trial, no loader was changed.
      const changed = entry.path !== RECORD;
      const restore: BootLoader['forget'] = writable => wing.loader.restore(writable, bytesBefore(entry));
      const loader = changed ? { ...wing.loader, forget: restore } : wing.loader;
      const moved = await advance(guest, loader, wing.state, { event: 'undone', cause: null, hypervisor });
      if (changed && moved === wing.state) await restore(guest);
      wing.state = moved;
      await journal.undone(entry);
    },
  };
};
