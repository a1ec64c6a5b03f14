/** Everything observed about this guest: plain data, so that it can be captured and replayed. */
import type { Detection } from '../detect/detection.ts';
import type { Device } from '../detect/device.ts';
import type { GuestTool } from '../detect/offers/agents.ts';
import type { Offer } from '../detect/offers/offer.ts';
import type { KnownInitramfs } from '../kernel/initramfs/known.ts';
import type { InstalledKernel } from '../kernel/installed.ts';
import type { Notice } from '../notices/notice.ts';
import type { Environment } from '../ovfenv/environment.ts';
import type { Manager } from '../packages/managers.ts';
import type { PackageFile } from '../packages/package.ts';

/** /etc/os-release, the keys that decide. */
export interface Distribution {
  id: string;
  version: string | null;
  /** What it is a variant of, the closest first: `['suse', 'opensuse']`. */
  like: string[];
}

export interface BlockDevice {
  /** `vda` */
  name: string;
  /** Kernel driver of the controller: `virtio_blk`; null for loop, dm, md. */
  driver: string | null;
  /** The disciplines /sys/block/NAME/queue/scheduler offers: `['none', 'mq-deadline']`. */
  schedulers: string[];
  rotational: boolean;
  readOnly: boolean;
}

export interface NetworkCard {
  /** `enp6s18` */
  name: string;
  /** `virtio_net` */
  driver: string;
  /** `['rx-0', 'tx-0']` */
  queues: string[];
}

export interface FoundTool extends GuestTool {
  /** Its service, as this distribution calls it; null where there is none. */
  unit: string | null;
  /** Would start wherever the image runs: it is enabled, and no condition of its unit asks for its hypervisor or device. */
  startsAnywhere: boolean;
}

export interface Facts {
  detection: Detection;
  environment: Environment | null;
  devices: Device[];
  blockDevices: BlockDevice[];
  cards: NetworkCard[];
  distribution: Distribution;
  /** `uname -r` */
  runningRelease: string;
  /** Of the running kernel. */
  commandLine: string;
  /** Words that it has from its own confirmed trial, besides the vendor's. */
  triedArguments: readonly string[];
  kernels: InstalledKernel[];
  /** Releases of the kernels that must stay installed. */
  kept: string[];
  /** Which package manager keeps this guest's packages; null for none that is known. */
  manager: Manager['name'] | null;
  /** Package files of the offline cache. */
  packages: PackageFile[];
  packageNotices: Notice[];
  /** SHA-256 of the list of digests of the packages that were copied from a disc; null when none were. */
  importedPackages: string | null;
  /** Bytes of RAM; null when /proc/meminfo does not tell. */
  memory: number | null;
  cpus: number;
  /** Names of the modules the running kernel has, as a file or built in, with `_` for `-`; sorted. */
  modules: string[];
  /** What is known about the initramfs of each kernel; unknown until somebody has looked, after a boot. */
  initramfs: KnownInitramfs[];
  /** What the hypervisor offers, and whether the guest takes it (`enlighten detect --offers`). */
  offers: Pick<Offer, 'id' | 'offered' | 'inUse'>[];
  /** chrony's unit, as this distribution calls it; null where chrony is not installed. */
  chrony: string | null;
  /** Programs for the guest's side of what hypervisors and clouds offer. */
  tools: FoundTool[];
}

/** Names of the devices the environment came from: they are in use, whatever lies on them. */
export const environmentDevices = ({ environment }: Pick<Facts, 'environment'>): string[] =>
  environment?.transport === 'iso' ? [/^\/dev\/([^:]+):/.exec(environment.source)?.[1] ?? ''].filter(Boolean) : [];
