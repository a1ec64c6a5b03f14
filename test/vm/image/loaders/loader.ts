import type { Files } from '../laid.ts';
import type { Root } from '../roots/root.ts';

/** A boot loader of the image, put there without the tools that want a disk with partition nodes. */
export interface Loader {
  /** Debian packages of the base. */
  packages: string[];
  /** Files to be laid into the tree before anything runs in it. */
  files(root: Root): Files;
  /** Outside files that cover some of the tree's while the script runs, as path in the tree → content of a program. */
  cover(root: Root): Files;
  /** Links below /dev that the script needs, as name → target. */
  devices(root: Root): Record<string, string>;
  /** What runs in the chroot, as shell lines. What it leaves in /boot/efi becomes the ESP. */
  script(root: Root): string;
  /** What lies outside of every file system: boot sectors. `tree` is still there. */
  finish(image: string, tree: string): Promise<void>;
}
