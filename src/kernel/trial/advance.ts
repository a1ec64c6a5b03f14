/**
 * Carries an event through the table: the new state is on disk, with the effects it owes, before any effect begins;
 * a power cut in between finds them owed at the next boot.
 */
import type { WritableGuest } from '../../guest/guest.ts';
import { type Entry, type Journal, openJournal } from '../../state/journal.ts';
import { freshState, noTrial, type State, type Trial, writeState } from '../../state/state.ts';
import type { BootLoader } from '../bootloaders/bootloader.ts';
import type { BootSeen } from './judge.ts';
import { type Effect, type TrialEvent, transition } from './table.ts';

const KERNEL_STEP = 'kernel';

interface Advance {
  event: TrialEvent;
  cause: string | null;
  /** For the verdict. */
  hypervisor: string;
  /** What `arm` or `nonce-booted` adds to the trial. */
  trial?: Partial<Trial>;
}

/** The state after the event, not yet written; the same object when the event means nothing here. Pure but for the given time. */
export const after = (state: State, { event, cause, hypervisor, trial }: Advance, now: string): State => {
  const next = transition(state.trial.state, event);
  if (next === null) return state;
  const { kernel, previous, attempts, initramfsPath = null, arguments: words } = state.trial;
  const added = words === undefined ? {} : { arguments: words };
  const ended = event === 'not-started' ? { ...noTrial, kernel, attempts, initramfsPath, ...added } : noTrial;
  const base = next.to === 'none' ? ended : state.trial;
  const moved: State = {
    ...state,
    trial: { ...base, ...trial, state: next.to, cause },
    // An event without effects of its own pays no debts: they are still owed.
    owed: next.effects.length === 0 ? state.owed : next.effects.filter(effect => effect !== 'return'),
  };
  if (next.to !== 'rolled-back' || kernel === null) return moved;
  // Another kernel than the one that ran has only arguments that ran here: it is the kernel that went back.
  const blamed = {
    ...(initramfsPath === null ? {} : { initramfs: initramfsPath }),
    ...(kernel === previous ? added : {}),
  };
  const verdict = { release: kernel, hypervisor, cause: cause ?? 'by-hand', at: now, ...blamed };
  return { ...moved, verdicts: [...state.verdicts, verdict] };
};

/** Does this event end in a reboot into the old kernel? */
export const returns = (state: State, event: TrialEvent): boolean =>
  transition(state.trial.state, event)?.effects.includes('return') ?? false;

const kernelEntry = async (journal: Journal): Promise<Entry | undefined> =>
  (await journal.entries()).find(({ id }) => id === KERNEL_STEP);

const closeJournal = async (guest: WritableGuest): Promise<void> => {
  const journal = openJournal(guest);
  const entry = await kernelEntry(journal);
  if (entry) await journal.undone(entry);
};

/** The loader's bytes from before us. */
export const bytesBefore = ({ before }: Entry): Buffer => Buffer.from(before.replace(/^base64:/, ''), 'base64');

/** A write that the power cut in two is taken back whole; what is owed is then written again. */
const mendTorn = async (guest: WritableGuest, loader: BootLoader): Promise<void> => {
  if ((await loader.state(guest)).torn !== true) return;
  const entry = await kernelEntry(openJournal(guest));
  if (entry) await loader.restore(guest, bytesBefore(entry));
};

const carryOut = async (guest: WritableGuest, loader: BootLoader, state: State, effect: Effect): Promise<void> => {
  const { entry, maker } = state.trial;
  await mendTorn(guest, loader);
  switch (effect) {
    case 'disarm':
      await loader.disarm(guest);
      if ((await loader.state(guest)).proven === null) await closeJournal(guest);
      break;
    case 'promote':
      if (entry && maker) await loader.promote(guest, entry, maker);
      else await loader.disarm(guest);
      break;
    case 'forget':
      await loader.forget(guest);
      await closeJournal(guest);
      break;
    case 'return':
      break;
  }
};

/** Carries out what the state owes and writes that it is done. Safe to repeat. */
export const settleDebts = async (guest: WritableGuest, loader: BootLoader, state: State): Promise<State> => {
  if (state.owed.length === 0) return state;
  for (const effect of state.owed) await carryOut(guest, loader, state, effect);
  return writeState(guest, { ...state, owed: [] });
};

/** One event, whole: decided, written, carried out. */
export const advance = async (
  guest: WritableGuest,
  loader: BootLoader,
  state: State,
  step: Advance,
): Promise<State> => {
  const moved = after(state, step, guest.clock.now());
  if (moved === state) return state;
  return settleDebts(guest, loader, await writeState(guest, moved));
};

/** What is applied and lasts, but the kernel, which the trial's own effects take back. */
const lasting = async (guest: WritableGuest): Promise<string[]> => {
  const entries = await openJournal(guest).entries();
  return entries.filter(({ id, lasts }) => lasts === 'persistent' && id !== KERNEL_STEP).map(({ id }) => id);
};

/**
 * A clone, a restored snapshot or another host: everything the state knew belongs to another machine, but which card had which name there.
 * What lasts of that machine's steps is written down with the new state, so that it is undone whatever happens in between.
 */
export const startAnew = async (
  guest: WritableGuest,
  loader: BootLoader,
  seen: BootSeen,
  { interfaces = [] }: Pick<State, 'interfaces'> = {},
): Promise<State> => {
  const foreign = await lasting(guest);
  const fresh: State = { ...freshState(seen.machine), interfaces, foreign, owed: ['forget'] };
  return settleDebts(guest, loader, await writeState(guest, fresh));
};
