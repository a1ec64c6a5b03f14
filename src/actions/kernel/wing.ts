import type { Facts } from '../../facts/facts.ts';
import type { BootLoader, Maker } from '../../kernel/bootloaders/bootloader.ts';
import type { BootSeen } from '../../kernel/trial/judge.ts';
import type { RebootWish } from '../../kernel/trial/way.ts';
import type { Notice } from '../../notices/notice.ts';
import type { State } from '../../state/state.ts';

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
