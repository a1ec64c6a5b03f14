/** A package as a file: of the offline cache, or beside the environment on its disc. */
import type { Bytes, Path } from '../guest/guest.ts';

export const formats = ['deb', 'rpm', 'apk'] as const;
export type Format = (typeof formats)[number];

/** What a package file says of itself. */
export interface Metadata {
  name: string;
  version: string;
  architecture: string;
  /** Once it is unpacked; null when it does not say. */
  installedSize: Bytes | null;
  /** Names it depends on, alternatives among them: packages, and with RPM and apk libraries and files, too. */
  needs: readonly string[];
  /** Names that others may depend on, its own among them. */
  provides: readonly string[];
}

export interface PackageFile extends Metadata {
  path: Path;
  format: Format;
  /** The kernel it brings a part of; null for everything else, and for packages that only name the newest kernel. */
  kernel: { release: string; flavour: string } | null;
  /** Whether it is there already: known for every package of dpkg, of the others for kernels alone. */
  standing: 'absent' | 'unfinished' | 'installed';
}

/** Names go to package managers as arguments: Debian Policy 5.6.7, and what RPM and apk allow besides. */
export const isPackageName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9+._-]{0,127}$/.test(name);
