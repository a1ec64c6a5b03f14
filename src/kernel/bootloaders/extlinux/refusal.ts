/** Everything that would make a trial by extlinux unsafe, found before anything is written. Cheapest first. */
import type { Guest } from '../../../guest/guest.ts';
import { loaderNotice as notice } from '../../../notices/bootloader.ts';
import { readable, writable } from '../block/checks.ts';
import { first, type Check as LoaderCheck } from '../check.ts';
import { onceOf, readVector } from './auxiliary-data.ts';
import { overruled } from './config.ts';
import { damaged } from './installed.ts';
import type { Place } from './paths.ts';

/** The label of enlighten.conf that starts what is armed. */
export const TRIAL = 'enlighten-trial';

type Check = LoaderCheck<[Place]>;

const vector: Check = async (guest, { core }) => {
  const tags = await readVector(guest, core);
  if (tags === null) return notice('loader-block', core, 'the loader has no auxiliary data at its end');
  const once = onceOf(tags);
  return once === null || once === TRIAL ? null : notice('loader-once', core, once);
};

const sealed: Check = async (guest, { universal }) =>
  (await guest.stat(universal)) === null ? notice('loader-unsealed', universal, 'it is absent') : null;

const order: Check = async (guest, { config }) => {
  const why = overruled((await guest.text(config, 256 * 1024)) ?? '');
  return why === null ? null : notice('loader-include', config, why);
};

/** The script says so on the command line, whichever kernel it starts. */
const handshake: Check = async guest =>
  (await isMarked(guest)) ? null : notice('loader-mark', '/proc/cmdline', 'no enlighten.entry');

/** @returns whether our script started this boot */
export const isMarked = async (guest: Guest): Promise<boolean> =>
  /(^| )enlighten\.(entry|trial)=/.test((await guest.text('/proc/cmdline', 16 * 1024)) ?? '');

const CHATTR = ['/usr/bin/chattr', '/bin/chattr'];

const tool: Check = async (guest, { core }) => {
  const found = await Promise.all(CHATTR.map(path => guest.stat(path)));
  return found.some(Boolean) ? null : notice('loader-block', core, 'it is immutable, and chattr is not installed');
};

/** The first reason why no trial may be armed; null when there is none. */
export const refusal = first(sealed, ...writable, vector, tool, order, damaged, handshake);

/** Reading is enough to boot what was proven otherwise. */
export const unkept = first(sealed, ...readable, order, damaged, handshake);
