/** What a package manager knows of the files it installed, and whether it is in the middle of something. */
import type { Guest, Path } from '../../guest/guest.ts';

/** `sha256-160`: the first 160 bits of a SHA-256, as newer apk-tools write them. */
export type ListedDigest = 'md5' | 'sha1' | 'sha256' | 'sha256-160';

/** A regular file with the digest its package says; never a link or a folder. */
export interface ListedFile {
  package: string;
  path: Path;
  algorithm: ListedDigest;
  /** Hexadecimal. */
  digest: string;
}

/** A kernel as it lies on the disk. */
export interface KernelFiles {
  release: string;
  /** `/boot/vmlinuz-6.1.0-50-cloud-amd64` */
  image: Path;
  /** `/usr/lib/modules/6.1.0-50-cloud-amd64` */
  modules: Path;
}

export interface Database {
  /** Files or folders of which at least one is there where this database is. */
  known: readonly Path[];
  /** What the packages that bring this kernel's image and modules list, and perhaps more; paths as the packages write them. */
  files(guest: Guest, kernel: KernelFiles): Promise<ListedFile[]>;
  /** What is half done, and how; null when nothing is. */
  unfinished(guest: Guest): Promise<{ subject: string; what: string } | null>;
}
