/** Plans are data: what should be true here, line by line, each with its reason and reference. */
import type { Path } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import type { BlockAttribute, NetworkAttribute } from './where.ts';

/** Until when a step's effect holds: `boot` = volatile, replayed at each boot; `persistent` = survives a reboot. */
export type Lasts = 'boot' | 'persistent';

interface StepBase {
  /** `sysctl:vm.dirty_bytes`, `block:vda:scheduler`, `modules:load:ptp_kvm`, `kernel`. Unique in a plan, stable across boots. */
  id: string;
  /** The value that should hold, as text. */
  desired: string;
  reason: string;
  /** Kernel documentation, specification section or vendor article: a URL. */
  reference: string;
  lasts: Lasts;
}

/** A kernel that was looked at and is worse for this guest. */
export interface Rejected {
  release: string;
  by: Notice;
}

/** Another kernel, or the same with another initramfs, becomes the default, through a trial. `desired` is its release. */
export interface KernelStep extends StepBase {
  kind: 'kernel';
  /** Kernels that were preferred, and why they are not chosen; where nothing better is there, `desired` is one of them. */
  rejected?: Rejected[];
  /** A newer version of the flavour that runs, or another initramfs: no reason for a reboot of its own, the next ordinary one tries it. */
  when?: 'next-reboot';
  /** Instead of the one the vendor's entry names: one we built beside it. */
  initramfs?: Path;
  /** Words its command line has besides the vendor's: `nvme_core.io_timeout=4294967295`. */
  arguments?: readonly string[];
}

/** `name` is dotted: `vm.dirty_bytes`. */
export interface SysctlStep extends StepBase {
  kind: 'sysctl';
  name: string;
  /** True: a larger number than `desired` is fine, too, and is left alone. */
  atLeast?: true;
}

/** A file of /sys. `desired` is its value; of a file with brackets, the word in them. */
interface AttributeStep extends StepBase {
  path: Path;
}

/** A file of /sys that belongs to the machine as a whole. */
export interface SysfsStep extends AttributeStep {
  kind: 'sysfs';
}

/** A file of a disk below /sys/block. */
export interface BlockStep extends AttributeStep {
  kind: 'block';
  device: string;
  attribute: BlockAttribute;
}

/** A file of a network card, or of one of its queues; what only ethtool knows has the card's folder as its path. */
export interface NetworkStep extends AttributeStep {
  kind: 'network';
  device: string;
  attribute: NetworkAttribute;
}

/** A file of ours below /run, gone with the next boot: a udev rule, a unit's drop-in. `desired` says in short what it is for. */
export interface FileStep extends StepBase {
  path: Path;
  content: string;
}

/** What disks or cards get that are plugged in later. */
export interface UdevStep extends FileStep {
  kind: 'udev';
  /** As a udev rule assigns it: `queue/scheduler`; of ethtool's words: `ethtool`. */
  attribute: string;
}

/** Directives for a unit of the workload. */
export interface UnitsStep extends FileStep {
  kind: 'units';
  unit: string;
}

/** chronyd gets the host's clock as a reference. */
export interface ClockStep extends StepBase {
  kind: 'clock';
  /** `chrony.service` */
  unit: string;
  /** Name of the PTP clock. */
  ptp: string;
  options: string;
}

/** The hypervisor's tools no longer set the clock that chrony keeps. `desired` is `off`. */
export interface TimeSyncStep extends StepBase {
  kind: 'time-sync';
  /** chrony's: without it the tools' is all there is. */
  unit: string;
}

/** What may be wanted of a kernel module: that it is loaded, that it never is, or one of its parameters. */
type ModuleWish = 'load' | 'keep-out' | 'parameter';

/** `desired` is `loaded`, `kept out`, or the parameter's value. */
export interface ModulesStep extends StepBase {
  kind: 'modules';
  wish: ModuleWish;
  /** With `_`, as /sys/module shows it: `ptp_kvm`. */
  module: string;
  /** Only of a `parameter`: its name. */
  parameter?: string;
}

/** The initramfs of a kernel can load these drivers. `desired` is their names, in order, separated by blanks. */
export interface InitramfsStep extends StepBase {
  kind: 'initramfs';
  release: string;
}

/** A guest tool. `desired` is `on` or `off`. */
export interface ToolsStep extends StepBase {
  kind: 'tools';
  /** Debian's name of the package that brings it. */
  package: string;
  /** null: it is not installed. */
  unit: string | null;
}

/** A file that names devices by the kernel's names gets UUIDs, or goes when it only remembers devices. */
export interface DeviceNamesStep extends StepBase {
  kind: 'device-names';
  path: string;
}

/** A card gets the name the network is configured for. `desired` is its MAC address. */
export interface AddressesStep extends StepBase {
  kind: 'addresses';
  /** `ens192` */
  name: string;
  mac: string;
  driver: string;
}

/** Packages that are installed or removed after the boot, in the background. `desired` is `installed`, `removed` or a digest. */
export interface PackageStep extends StepBase {
  kind: 'package';
  /** `install`: files of the offline cache · `fetch`: by name, from the repositories · `import`: from the disc to the cache · `remove`. */
  act: 'install' | 'fetch' | 'import' | 'remove';
  packages: readonly string[];
  files: readonly string[];
  /** Of a guest tool: its id. Everything else is about kernels. */
  tool?: string;
  /** Of a removal: the kernel that goes, and how many boots its successor has to settle in before. */
  release?: string;
  afterBoots?: number;
}

/** Kernels that the package manager may not clear away. `desired` are their releases. */
export interface ProtectionStep extends StepBase {
  kind: 'protection';
  path: string;
  content: string;
}

/** A file that ties an image to the machine it was built on goes, is emptied, or is made. `desired` is `absent`, `empty` or `present`. */
export interface ImageStep extends StepBase {
  kind: 'image';
  path: string;
  make: { absent: true } | { text: string } | { copyOf: string };
}

/** A file that is rendered from a template. `desired` is `rendered`: what stands in it may be a secret. */
export interface TemplateStep extends StepBase {
  kind: 'template';
  /** The file in templates.d. */
  template: Path;
  /** With links followed. */
  path: Path;
}

export type Step =
  | KernelStep
  | SysctlStep
  | SysfsStep
  | BlockStep
  | NetworkStep
  | UdevStep
  | UnitsStep
  | ClockStep
  | TimeSyncStep
  | ModulesStep
  | InitramfsStep
  | ToolsStep
  | DeviceNamesStep
  | AddressesStep
  | PackageStep
  | ProtectionStep
  | ImageStep
  | TemplateStep;
export type StepKind = Step['kind'];
const kinds: Record<StepKind, true> = {
  kernel: true,
  sysctl: true,
  sysfs: true,
  block: true,
  network: true,
  udev: true,
  units: true,
  clock: true,
  'time-sync': true,
  modules: true,
  initramfs: true,
  tools: true,
  'device-names': true,
  addresses: true,
  package: true,
  protection: true,
  image: true,
  template: true,
};
export const stepKinds = Object.keys(kinds) as StepKind[];

export interface Plan {
  /** Name of the profile it came from. */
  profile: string;
  steps: Step[];
  notices: Notice[];
}

/** What an action's check found. */
export type Standing = {
  current: string | null;
  /** A kernel that is to be tried: by which way, and why by that one. */
  how?: string;
} & ({ state: 'satisfied' | 'pending' | 'held' } | { state: 'blocked' | 'overridden'; by: Notice });
