/** The offline cache: package files that the vendor put into the image, or that came on the environment's disc. */
import { distribution } from '../facts/distribution.ts';
import type { Guest, Path } from '../guest/guest.ts';
import { flavourOf } from '../kernel/flavours.ts';
import type { Notice } from '../notices/notice.ts';
import { packageNotice } from '../notices/packages.ts';
import { readApk } from './apk.ts';
import { isInstalled, isUnfinished, packageStates } from './databases/dpkg-status.ts';
import { readDeb } from './deb.ts';
import { releaseOf } from './kernel-of.ts';
import { type Format, formats, isPackageName, type Metadata, type PackageFile } from './package.ts';
import { readRpm } from './rpm.ts';

export const CACHE: Path = '/var/lib/enlighten/packages';
/** Digests of the packages that came on a disc, as sha256sum(1) writes them; there once all of them are. */
export const SUMS = 'SHA256SUMS';
const MAX_FILES = 64;

export interface Cached {
  packages: PackageFile[];
  notices: Notice[];
}

const metadata = async (guest: Guest, path: Path, format: Format): Promise<Metadata | null> => {
  const reader = await guest.block(path);
  if (reader === null) return null;
  try {
    if (format === 'deb') return await readDeb(guest, path, reader);
    return await (format === 'rpm' ? readRpm(reader) : readApk(reader));
  } finally {
    await reader.close();
  }
};

const standingOf = (status: string | undefined): PackageFile['standing'] => {
  if (isInstalled(status)) return 'installed';
  return status !== undefined && isUnfinished(status) ? 'unfinished' : 'absent';
};

/**
 * Every package file of the cache that can be read; what cannot be is a Notice. Nothing is read where there is no cache.
 * @param releases of the kernels that are installed
 */
export const cachedPackages = async (guest: Guest, releases: readonly string[]): Promise<Cached> => {
  const found: Cached = { packages: [], notices: [] };
  const names = (await guest.list(CACHE)).filter(name => formats.some(format => name.endsWith(`.${format}`)));
  if (names.length === 0) return found;
  if (names.length > MAX_FILES) found.notices.push(packageNotice('packages-too-many', CACHE, String(names.length)));
  const { id, like } = await distribution(guest);
  const states = await packageStates(guest);
  for (const name of names.slice(0, MAX_FILES)) {
    const path = `${CACHE}/${name}`;
    const format = formats.find(one => name.endsWith(`.${one}`)) ?? 'deb';
    const said = await metadata(guest, path, format).catch(() => null);
    if (said === null || !isPackageName(said.name)) {
      found.notices.push(packageNotice('package-unreadable', path));
      continue;
    }
    const release = releaseOf(format, said);
    const standing = release !== null && releases.includes(release) ? 'installed' : 'absent';
    found.packages.push({
      ...said,
      path,
      format,
      kernel: release === null ? null : { release, flavour: flavourOf([id, ...like], release).flavour },
      standing: format === 'deb' ? standingOf(states.get(said.name)) : standing,
    });
  }
  return found;
};
