/** The kernel step: its check proves, its apply arms a trial, its undo gives the loader its bytes back. */
import type { Guest } from '../../guest/guest.ts';
import type { BootLoader } from '../../kernel/bootloaders/bootloader.ts';
import { RECORD } from '../../kernel/bootloaders/kexec/record.ts';
import type { InstalledKernel } from '../../kernel/installed.ts';
import { advance, bytesBefore } from '../../kernel/trial/advance.ts';
import { arm } from '../../kernel/trial/arm.ts';
import { baselineOf } from '../../kernel/trial/baseline.ts';
import { fellBack } from '../../kernel/trial/judge.ts';
import { patienceOf } from '../../kernel/trial/strict.ts';
import { isConfirmed, isOf, isSpecial, takesBack } from '../../kernel/trial/tried.ts';
import type { Notice } from '../../notices/notice.ts';
import { trialNotice } from '../../notices/trial.ts';
import type { KernelStep, Standing } from '../../profiles/step.ts';
import { missingFrom } from '../../settings/cmdline.ts';
import type { Action } from '../action.ts';
import { leftOut, withoutFailed } from './memory.ts';
import { prove, type Ready } from './prove.ts';
import type { KernelWing } from './wing.ts';

const isNotice = (result: Ready | Notice): result is Notice => 'code' in result;

/** The vendor's own entry has these arguments already. */
const vendorHas = async ({ loader }: KernelWing, kernel: InstalledKernel, step: KernelStep, guest: Guest) => {
  const entry = step.initramfs === undefined ? await loader.entry(guest, kernel) : null;
  return entry !== null && missingFrom(entry.args, step.arguments ?? []).length === 0;
};

const isDefault = async (wing: KernelWing, step: KernelStep, guest: Guest): Promise<boolean> => {
  const { loader, facts, maker, state } = wing;
  const kernel = facts.kernels.find(({ release }) => release === step.desired);
  if (kernel === undefined) return false;
  // The loader tells which kernel it starts; what goes with it was settled by its own trial.
  if (takesBack(state.trial, step)) return false;
  const proven = isConfirmed(state.trial) && isOf(state.trial, step);
  const keeps = proven && (await loader.state(guest)).failed !== true;
  if (isSpecial(step) && !keeps && !(await vendorHas(wing, kernel, step, guest))) return false;
  const chosen = await loader.effectiveDefault(guest, maker);
  if (chosen === null) return false;
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
      const underWay = ['armed', 'running'].includes(trial.state);
      if (underWay && isOf(trial, step)) return { current, state: 'pending' };
      if (current === step.desired && startedAnew(wing, step)) return { current, state: 'satisfied' };
      // Confirmed, and another kernel was started this once: the next boot is this one's, and it needs no second trial.
      if (await isDefault(wing, step, guest)) {
        const runs = current === step.desired && !(isSpecial(step) && fellBack(trial, wing.seen));
        const by = runs ? leftOut(planned, wing) : null;
        return by === null ? { current, state: runs ? 'satisfied' : 'pending' } : { current, state: 'blocked', by };
      }
      if (underWay) {
        const tried = [step.desired, ...(step.arguments ?? [])].join(' ');
        return { current, state: 'blocked', by: trialNotice('trial-first', tried, trial.kernel ?? '') };
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
