import type { Appliance } from './image/appliance.ts';
import type { OvfEnvironment } from './iso.ts';
import type { Machine } from './machine/machine.ts';
import type { Past } from './machine/past.ts';
import type { Hardware } from './machine/qemu.ts';
import type { Small } from './small/initramfs.ts';

/** What a scenario starts from; whatever is not said is ordinary. */
export interface Setup {
  /** The machine; see machine/qemu.ts for what there is. */
  hardware?: Partial<Hardware>;
  /** Handed over on an ISO in the CD-ROM drive; a string is the document as it stands. */
  environment?: OvfEnvironment | string;
  /** Goes on with the machine another scenario leaves behind, instead of a new one; that one is run first. */
  after?: string;
  /** What its disk has been through already; the machine is switched off, and has not begun to count its boots. */
  past?: Past;
  /** False is a plain Debian, without our package. */
  agent?: boolean;
  /** What the vendor does differently: by default our package is installed and the image sealed. */
  image?: Partial<Pick<Appliance, 'on' | 'seal' | 'packages' | 'files' | 'prepare'>>;
  /**
   * A small machine: no disk, and nothing in memory but the agent, a shell and drivers. Right for whatever only looks. It has no
   * systemd: `vm.cut()` switches it off.
   */
  small?: Small;
  /** `core` scenarios run for every change; `long` ones only before a release. Default core. */
  tier?: Tier;
}

type Tier = 'core' | 'long';

export interface Scenario {
  name: string;
  setup: Setup;
  /** Gets a machine that is switched off, or as `after` left it. What throws has failed; the machine is taken away afterwards. */
  run(vm: Machine): Promise<void>;
}

/**
 * Each file of scenarios/ exports one of these as its default, so that the whole story can be read in one place; or several, where
 * one story is told of several images.
 */
export function scenario(name: string, setup: Setup, run: (vm: Machine) => Promise<void>): Scenario {
  return { name, setup, run };
}
