/**
 * How long things took on a two-core machine without KVM, two virtual ones at a time, in seconds. Emulation swings with the load by a factor
 * of five, so a limit is five times what was seen, and a scenario that runs into one is broken, not slow.
 */
const seen = {
  /** From the power button to a root shell; the generic kernel takes longest. */
  shell: 60,
  /** From the root shell to a system that has finished starting, the agent's pass included. */
  up: 60,
  /** From `systemctl reboot` to the next root shell. */
  reboot: 90,
  powerOff: 12,
  /** One command in the guest that does nothing slow. */
  command: 6,
  /** One command of the agent, while the boot is still going on beside it. */
  agent: 30,
  /** From the power button to the agent's first decision: the boot, every proof, the arming. */
  decision: 120,
  /** One line on the console, where a scenario says nothing else. */
  line: 60,
};

/** On a machine that has much else to do, as many times longer: ENLIGHTEN_LAB_PATIENCE=3. */
const patience = Number(process.env['ENLIGHTEN_LAB_PATIENCE'] ?? 1);

export const limit: Readonly<typeof seen> = Object.fromEntries(
  Object.entries(seen).map(([act, seconds]) => [act, seconds * 5 * patience]),
) as typeof seen;

/** Rejects when `work` takes longer than `seconds`; `what` completes the sentence "no … within N s". */
export async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
