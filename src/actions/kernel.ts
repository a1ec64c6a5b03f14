/** The kernel step: its check proves, its apply arms a trial, its undo gives the loader its bytes back. */
import { environmentDevices, type Facts } from '../facts/facts.ts';
import type { Guest } from '../guest/guest.ts';
import type { BootEntry, BootLoader, Maker } from '../kernel/bootloaders/bootloader.ts';
import type { InstalledKernel } from '../kernel/installed.ts';
import { advance, bytesBefore } from '../kernel/trial/advance.ts';
import { arm } from '../kernel/trial/arm.ts';
import { baselineOf } from '../kernel/trial/baseline.ts';
import type { BootSeen } from '../kernel/trial/judge.ts';
import { patienceOf } from '../kernel/trial/strict.ts';
import { loaderNotice } from '../notices/bootloader.ts';
import type { Notice } from '../notices/notice.ts';
import { trialNotice } from '../notices/trial.ts';
import type { KernelStep, Standing } from '../profiles/step.ts';
import type { State } from '../state/state.ts';
import type { Action } from './action.ts';

/** What the kernel step needs beyond the guest. `state` is replaced as the trial advances. */
export interface KernelWing {
  loader: BootLoader;
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

type Ready = { target: InstalledKernel; entry: BootEntry; initramfs: string | null };

const memory = ({ state, facts }: KernelWing, { desired }: KernelStep): Notice | null => {
  const verdict = state.verdicts.find(
    ({ release, hypervisor }) => release === desired && hypervisor === facts.detection.hypervisor,
  );
  if (verdict) return trialNotice('trial-verdict', desired, verdict.cause);
  const { kernel, attempts } = state.trial;
  if (kernel === desired && attempts >= MAX_ATTEMPTS) return trialNotice('trial-attempts', desired, String(attempts));
  const { candidates, count } = state.reboots;
  return candidates === desired && count >= MAX_REBOOTS ? trialNotice('trial-reboots', desired, String(count)) : null;
};

/** Every proof, cheapest first; the entry and digest to arm with when all hold. */
const prove = async (wing: KernelWing, step: KernelStep, guest: Guest): Promise<Ready | Notice> => {
  const { loader, facts, maker, frozen, deadline } = wing;
  const target = facts.kernels.find(({ release }) => release === step.desired);
  if (!target) return trialNotice('kernel-not-installed', step.desired, 'no image, modules or initramfs');
  const worse = step.rejected?.find(({ release }) => release === step.desired)?.by;
  const known = frozen ?? memory(wing, step) ?? (await loader.refusal(guest)) ?? worse;
  if (known) return known;
  const entry = await loader.entry(guest, target);
  if (entry === null) return loaderNotice('loader-entry', target.image, target.release);
  const obstacle = await loader.obstacle(guest, { kernel: target, entry, maker });
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
  return late
    ? trialNotice('trial-no-time', step.desired, 'every proof held')
    : { target, entry, initramfs: initramfsDigest };
};

const isNotice = (result: Ready | Notice): result is Notice => 'code' in result;

const isDefault = async (
  { loader, facts, maker }: KernelWing,
  { desired }: KernelStep,
  guest: Guest,
): Promise<boolean> => {
  const kernel = facts.kernels.find(({ release }) => release === desired);
  const chosen = await loader.effectiveDefault(guest, maker);
  if (kernel === undefined || chosen === null) return false;
  if (kernel.image.endsWith(chosen.slice(chosen.lastIndexOf('/')))) return true;
  return (await loader.entry(guest, kernel))?.kernel === chosen;
};

/** One action for one pass: what its check proved, its apply need not prove again (3 to 17 s on a slow guest). */
export const kernelAction = (wing: KernelWing): Action<KernelStep> => {
  let proven: Ready | Notice | null = null;
  const proof = async (step: KernelStep, guest: Guest): Promise<Ready | Notice> => {
    proven ??= await prove(wing, step, guest);
    return proven;
  };
  return {
    async check(step, guest): Promise<Standing> {
      const current = wing.facts.runningRelease;
      const onTrial = ['armed', 'running'].includes(wing.state.trial.state) && wing.state.trial.kernel === step.desired;
      if (onTrial) return { current, state: 'pending' };
      // Confirmed, and another kernel was started this once: the next boot is this one's, and it needs no second trial.
      if (await isDefault(wing, step, guest)) {
        return { current, state: current === step.desired ? 'satisfied' : 'pending' };
      }
      const ready = await proof(step, guest);
      return isNotice(ready) ? { current, state: 'blocked', by: ready } : { current, state: 'pending' };
    },

    async apply(step, guest, journal) {
      if (['armed', 'running'].includes(wing.state.trial.state) || (await isDefault(wing, step, guest))) return;
      const ready = await proof(step, guest);
      if (isNotice(ready)) return;
      const { loader, facts, maker, seen } = wing;
      await arm(guest, loader, journal, wing, {
        step,
        entry: ready.entry,
        maker,
        hypervisor: facts.detection.hypervisor,
        previous: facts.runningRelease,
        bootId: seen.bootId,
        initramfs: ready.initramfs,
        baseline: { ...(await baselineOf(guest)), patience: await patienceOf(guest) },
      });
    },

    async undo(entry, guest, journal) {
      const hypervisor = wing.facts.detection.hypervisor;
      // It forgets by giving back the bytes, in one write: the journal is closed only when they are there.
      const restore: BootLoader['forget'] = writable => wing.loader.restore(writable, bytesBefore(entry));
      const loader = { ...wing.loader, forget: restore };
      const moved = await advance(guest, loader, wing.state, { event: 'undone', cause: null, hypervisor });
      if (moved === wing.state) await restore(guest);
      wing.state = moved;
      await journal.undone(entry);
    },
  };
};
