import type { Path, WritableGuest } from '../../../guest/guest.ts';
import type { Tool } from '../../../guest/tools.ts';
import type { ModuleDatabase } from '../../modules.ts';

/** What an initramfs is built for. */
interface BuildRequest {
  release: string;
  /** Drivers it must hold, in the order in which they should be probed: the order decides which disk is vda (virt-v2v). */
  drivers: readonly string[];
  /** The tables of this release. */
  modules: ModuleDatabase;
  /** The file to write. */
  out: Path;
  /** The root file system lies on an encrypted disk: its key and its crypttab must go in, too. */
  encrypted: boolean;
}

/** One interface for every distribution's tool. */
export interface Builder {
  name: string;
  /** The tool is installed where one of these is there. */
  programs: readonly Path[];
  tool: Tool;
  /**
   * Writes the configuration the tool is to read, below {@link WORKSHOP}, and returns the tool's arguments. Nothing of the vendor's or
   * the administrator's own configuration is changed: the tools' own rebuilds go on as they were.
   */
  prepare(guest: WritableGuest, request: BuildRequest): Promise<string[]>;
}

/** On a disk, not on /run: that may be mounted noexec, and then initramfs-tools skips the copied hooks without a word. */
export const WORKSHOP: Path = '/var/lib/enlighten/initramfs';
