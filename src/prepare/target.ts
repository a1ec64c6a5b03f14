import type { VirtualDevice, VirtualDisk } from './hardware.ts';
import type { GuestTools } from './tools.ts';

/** Who starts the kernel: firmware that runs the disk's boot loader, or the host, which reads menu and kernel itself (pygrub). */
export type Starter = 'bios' | 'efi' | 'host';

/** One kind of machine an image may come up on. */
export interface Target {
  /** `vmware-lsi-e1000`: stable, for `--target` and scripts. */
  id: string;
  /** What `--target` takes for all of its rows: `vmware`. */
  family: string;
  title: string;
  disk: VirtualDisk;
  nic: VirtualDevice;
  /** Any of them: which one the deployer chooses is not known. */
  startedBy: readonly Starter[];
  /** Symbols of the kernel's configuration without which it does not start there at all. */
  needs: readonly string[];
  /** Consoles a person can look at there; any one is enough. */
  consoles: readonly string[];
  /** The clock source of this hypervisor, and the symbol that brings it; null: the processor's own counter does. */
  clock: { source: string; symbol: string } | null;
  tools: readonly GuestTools[];
  /** Modules that are of use there, and what is lost without them. */
  extras: Readonly<Record<string, string>>;
  /** Where that can be read. */
  reference: string;
}
