import type { Machine } from '../machine/machine.ts';

export interface Observed {
  /** Up to a root shell. */
  boots: boolean;
  nic: boolean;
  /** Release of the kernel that ran; null where none came so far. */
  release: string | null;
}

/** What an initramfs says that has given up waiting for its root file system. */
const lost =
  /ALERT!|Gave up waiting for root|dracut-initqueue.*(?:timeout|Timed out)|Kernel panic|Entering emergency mode/;
/** Seconds until a machine that says nothing counts as one that does not come up. */
const patience = 420;

const driven = 'for it in $(seq 40); do ls -d /sys/class/net/e*/device/driver && exit 0; sleep 1; done; exit 1';

export const observedOn = async (vm: Machine): Promise<Observed> => {
  vm.start();
  const up = vm.shell.ready(patience).then(
    () => true,
    () => false,
  );
  const down = vm.console.waitFor(lost, patience).then(
    () => false,
    () => false,
  );
  const boots = await Promise.race([up, down]);
  const nic = boots && (await vm.run(driven, 120)).code === 0;
  return { boots, nic, release: vm.console.boots[0] ?? null };
};
