import type { KernelWing } from '../actions/kernel/wing.ts';
import { actionFor, actionsWith } from '../actions/registry.ts';
import type { Command, Invocation } from '../cli.ts';
import { detect } from '../detect/detect.ts';
import { EnlightenError, saying } from '../errors.ts';
import { gather } from '../facts/gather.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { bootSeen } from '../pass/seen.ts';
import { type Entry, openJournal } from '../state/journal.ts';
import { withLock } from '../state/lock.ts';
import { refuseNewer, writeState } from '../state/state.ts';
import { currentState } from './observing.ts';
import { showStatus } from './status.ts';

/** Newest first, so that what was built on an older change goes before it. */
const chosen = (entries: Entry[], { options }: Invocation): Entry[] => {
  const newestFirst = entries.toReversed();
  const { step, last } = options;
  if (typeof step !== 'string') return last === true ? newestFirst.slice(0, 1) : newestFirst;
  const found = newestFirst.filter(({ id }) => id === step);
  if (found.length > 0) return found;
  throw new EnlightenError('none', { tried: 'undo', on: step, happened: 'nothing of that name is applied' });
};

const wingFor = async (guest: WritableGuest): Promise<KernelWing> => {
  const { read, state } = await currentState(guest);
  refuseNewer(read);
  const loader = await bootLoaderOf(guest);
  const facts = await gather(guest, await detect(guest), null, { loader, trial: state.trial });
  const maker = { manufacturer: '', product: '' };
  return {
    loader,
    reboot: 'auto',
    seen: await bootSeen(guest, loader),
    facts,
    frozen: read.notice,
    state,
    maker,
    deadline: 0,
  };
};

const undoLocked = async (guest: WritableGuest, invocation: Invocation): Promise<number> => {
  const wing = await wingFor(guest);
  const journal = openJournal(guest);
  const entries = chosen(await journal.entries(), invocation);
  // A state that could not be read is replaced here; that no kernel is tried until a person says so must survive it.
  const held = new Set(wing.frozen === null ? wing.state.held : ['kernel']);
  let failed = 0;
  for (const entry of entries) {
    // Held first and on disk: a power cut in the middle must not let the next boot apply it again.
    held.add(entry.id);
    wing.state = await writeState(guest, { ...wing.state, held: [...held] });
    try {
      await actionFor(actionsWith(wing), entry.kind)?.undo(entry, guest, journal);
    } catch (error) {
      failed += 1;
      invocation.log('error', `${entry.id}: ${saying(error)}`);
    }
  }
  return failed === 0 ? 0 : 1;
};

export const command: Command = {
  usage: 'undo [--last | --step ID]',
  summary: 'restore the exact previous values, and hold them until `apply`',
  options: { last: { type: 'boolean' }, step: { type: 'string' } },
  async run(invocation) {
    const code = await withLock(invocation.guest, 'undo', () => undoLocked(invocation.guest, invocation));
    await showStatus(invocation);
    return code;
  },
};
