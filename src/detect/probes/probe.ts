import type { Guest } from '../../guest/guest.ts';
import type { Evidence } from '../detection.ts';

/**
 * Looks at one kind of trace and reports what it saw, in the order of its own table. A probe never decides and never throws:
 * what is absent, empty or unreadable is simply no evidence.
 */
export type Probe = (guest: Guest) => Promise<Evidence[]>;

/** Evidence that no detector reads as a vote: it informs, or it is a condition of a rule. */
export const informs = (probe: string, source: string, value: string): Evidence => ({
  probe,
  source,
  value,
  supports: null,
});
