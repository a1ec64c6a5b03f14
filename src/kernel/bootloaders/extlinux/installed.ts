/** What `enlighten seal` puts beside extlinux, and where it comes from. */
import type { Guest, Path, WritableGuest } from '../../../guest/guest.ts';
import { loaderNotice as notice } from '../../../notices/bootloader.ts';
import type { Notice } from '../../../notices/notice.ts';
import { digestOf } from '../../digest.ts';
import { universalKernel } from '../block/universal.ts';
import { guardArchive } from '../guard.ts';
import { labelFor } from './config.ts';
import { type Place, SCRIPT_SOURCE } from './paths.ts';

/** Lua, what it asks (SMBIOS, the loader), and what those need. A loader of another version may not run them: see {@link menuText}. */
const MODULES = ['lua.c32', 'liblua.c32', 'libcom32.c32', 'dmi.c32', 'libgpl.c32', 'syslinux.c32'];
/** Debian's syslinux-common, Alpine's syslinux. */
const SOURCES: readonly Path[] = ['/usr/lib/syslinux/modules/bios', '/usr/share/syslinux'];

const sourceOf = async (guest: Guest): Promise<Path | null> => {
  for (const source of SOURCES) if ((await guest.stat(`${source}/lua.c32`)) !== null) return source;
  return null;
};

/** Both are there, and equal. */
const isSame = async (guest: Guest, one: Path, other: Path): Promise<boolean> => {
  const digest = await digestOf(guest, one, 'sha256');
  return digest !== null && digest === (await digestOf(guest, other, 'sha256'));
};

/** Beside the loader, once the image is sealed; before, where the system has it. */
export const hasLua = async (guest: Guest, { folder }: Place): Promise<boolean> =>
  (await guest.stat(`${folder}/lua.c32`)) !== null || (await sourceOf(guest)) !== null;

/**
 * Ours is the default. Where lua.c32 does not run, Syslinux is back at its prompt, and there the vendor's own label is the one when the time
 * is over: ONERROR alone does not catch that (seen with 6.04). Holding Shift leads to the prompt, too.
 */
export const menuText = (label: string): string =>
  [
    '# Written by `enlighten seal`. Which kernel boots is decided by enlighten.lua; without it the label that boots everywhere.',
    'PROMPT 0',
    'TIMEOUT 50',
    `ONTIMEOUT ${label}`,
    `ONERROR ${label}`,
    'DEFAULT enlighten',
    'LABEL enlighten',
    '  COM32 lua.c32',
    `  APPEND enlighten.lua ${label}`,
    'LABEL enlighten-trial',
    '  COM32 lua.c32',
    `  APPEND enlighten.lua ${label} trial`,
    '',
  ].join('\n');

/** The vendor's label for the kernel that boots everywhere; null before the seal. */
const universalLabel = async (guest: Guest, place: Place): Promise<string | null> => {
  const kernel = await universalKernel(guest, place.universal);
  const text = (await guest.text(place.config, 256 * 1024)) ?? '';
  return kernel === null ? null : (labelFor(text, kernel)?.name ?? null);
};

/** Everything that decides beside extlinux is there, byte for byte. Newer modules came with a newer loader: the old ones may no longer run. */
export const damaged = async (guest: Guest, place: Place): Promise<Notice | null> => {
  const source = await sourceOf(guest);
  for (const name of MODULES) {
    const copy = `${place.folder}/${name}`;
    // Where the package is gone they are what this boot ran.
    const original = source === null ? copy : `${source}/${name}`;
    if (!(await isSame(guest, copy, original))) return notice('loader-script', copy, `not ${original}`);
  }
  if (!(await isSame(guest, place.script, SCRIPT_SOURCE))) return notice('loader-script', place.script, 'another one');
  const label = await universalLabel(guest, place);
  const menu = await guest.read(place.menu);
  return label !== null && menu?.toString('utf8') === menuText(label)
    ? null
    : notice('loader-script', place.menu, 'another menu');
};

/** Modules and script first; the menu that names them last. */
export const install = async (guest: WritableGuest, place: Place, label: string): Promise<void> => {
  const source = await sourceOf(guest);
  for (const name of MODULES) {
    const bytes = await guest.read(`${source}/${name}`);
    if (bytes !== null) await guest.replace(`${place.folder}/${name}`, bytes);
  }
  const [script, archive] = [await guest.read(SCRIPT_SOURCE), await guardArchive(guest)];
  if (script !== null) await guest.replace(place.script, script);
  if (archive !== null) await guest.replace(place.guard, archive);
  await guest.replace(place.menu, menuText(label));
};
