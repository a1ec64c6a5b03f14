/** What the reading commands share: one look at the guest, up to the plan and its standings. */
import { detect } from '../detect/detect.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { after } from '../kernel/trial/advance.ts';
import { judge } from '../kernel/trial/judge.ts';
import { type Observed, observe, type PassInput } from '../pass/full.ts';
import { lookAround } from '../pass/look.ts';
import { bootSeen } from '../pass/seen.ts';
import { readState, type State, type StateRead } from '../state/state.ts';

/** A person waits longer than a boot does. */
const PATIENCE_MS = 10 * 60_000;

export interface Current {
  read: StateRead;
  /** With what this boot alone tells (a confirmed kernel that came up is settled), written or not. */
  state: State;
}

export const currentState = async (guest: WritableGuest): Promise<Current> => {
  const seen = await bootSeen(guest, await bootLoaderOf(guest));
  const read = await readState(guest, seen.machine);
  const verdict = judge(read.state, seen);
  if (verdict?.event !== 'firmware-boot') return { read, state: read.state };
  return { read, state: after(read.state, { ...verdict, hypervisor: '' }, guest.clock.now()) };
};

/** The input of a pass outside the boot. */
export const passInput = async (guest: WritableGuest): Promise<PassInput> => {
  const deadline = guest.clock.monotonic() + PATIENCE_MS;
  const detection = await detect(guest);
  const { read, state } = await currentState(guest);
  const loader = await bootLoaderOf(guest);
  const look = await lookAround(guest, detection, await bootSeen(guest, loader), deadline);
  const notices = read.notice === null ? [] : [read.notice];
  return { look, loader, state, frozen: read.notice, notices, deadline, only: null, byHand: true, mayChange: false };
};

export const observeNow = async (guest: WritableGuest): Promise<{ input: PassInput; observed: Observed }> => {
  const input = await passInput(guest);
  return { input, observed: await observe(guest, input) };
};
