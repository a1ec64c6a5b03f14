import type { Guest, WritableGuest } from '../guest/guest.ts';
import type { Standing, Step } from '../profiles/step.ts';
import type { Entry, Journal } from '../state/journal.ts';

/** The behaviour of one kind of step. Registered in registry.ts. */
export interface Action<S extends Step> {
  /** What holds now, and may the step be applied? Changes nothing. */
  check(step: S, guest: Guest): Promise<Standing>;
  /** Makes it so: writes `intended` with the previous value, changes the guest, writes `done`. */
  apply(step: S, guest: WritableGuest, journal: Journal): Promise<void>;
  /** Restores exactly the previous bytes of a `done` (or interrupted) entry, writes `undone`. */
  undo(entry: Entry, guest: WritableGuest, journal: Journal): Promise<void>;
  /** Is a persistent change that was made on another machine right on this one, too? Without it: no, and it is undone after a move. */
  everywhere?(entry: Entry, guest: Guest): Promise<boolean>;
}
