import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { archiveOf } from '../capture/archive.ts';
import { type Capture, type Concluded, capture } from '../capture/capture.ts';
import { unpack } from '../capture/unpack.ts';
import { type Command, type Invocation, printJson } from '../cli.ts';
import { detectionJson } from '../detect/detect.ts';
import { devices } from '../detect/devices.ts';
import { offerJson, offers } from '../detect/offers/index.ts';
import { EnlightenError } from '../errors.ts';
import { deviceJson, devicesInUse } from '../facts/inventory.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { openGuest } from '../guest/open.ts';
import { recording } from '../guest/recording.ts';
import type { Observed } from '../pass/full.ts';
import { isObject } from '../shape.ts';
import { observeNow } from './observing.ts';
import { planDocument } from './plan.ts';
import { statusNow } from './status.ts';

const DIFFERS = 1;
/** The archive and whatever it is made of are for their owner alone. */
const MODE = 0o600;

/** The same observing as `detect` with all its options and `plan` do. */
const observed = async (guest: WritableGuest): Promise<Concluded & Pick<Observed, 'environment'>> => {
  const { input, observed: found } = await observeNow(guest);
  const { detection } = input.look;
  return {
    detection: detectionJson(detection),
    devices: (await devicesInUse(guest, detection)).map(deviceJson),
    offers: (await offers(guest, detection, await devices(guest))).map(offerJson),
    plan: await planDocument(guest, found),
    environment: found.environment,
  };
};

/** Lists without their order: blinded ids of devices sort differently. */
const unordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(one => JSON.stringify(unordered(one))).sort();
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unordered(part)]));
};

/** Its host name, and that without its domain. Asked of the guest itself: they are no part of the capture. */
const namesOf = async (guest: WritableGuest): Promise<string[]> => {
  const found = await Promise.all(['/etc/hostname', '/proc/sys/kernel/hostname'].map(path => guest.text(path)));
  return found.flatMap(name => (name ? [name, name.replace(/\..*$/, '')] : []));
};

/** What somebody who helps wants to see beside it. */
const supportOf = async (guest: WritableGuest, documents: Record<string, unknown>): Promise<Record<string, string>> => {
  const journal = await guest.query('own-journal', []);
  const all = { ...documents, status: await statusNow(guest) };
  const texts = Object.entries(all).map(([name, document]) => [`${name}.json`, `${JSON.stringify(document)}\n`]);
  return { ...Object.fromEntries(texts), ...(journal === null ? {} : { 'journal.txt': journal.stdout }) };
};

/** Does the capture tell elsewhere what it told here? Tried, in a folder that is gone afterwards. */
const replays = async ({ tree, concluded }: Capture): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), 'enlighten-capture-'));
  try {
    unpack(tree, folder);
    const { environment: _, ...again } = await observed(openGuest(folder));
    const parts = ({ detection, plan, ...more }: Concluded) => [detection, plan, unordered(more)];
    return isDeepStrictEqual(parts(again), parts(concluded));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const describe = (file: string, { full, entries, same }: { full: boolean; entries: number; same: boolean }): string =>
  [
    `${file}: ${entries} entries, ${full ? 'with all but secrets' : 'blinded'}`,
    same
      ? 'Replayed with --root it detects and plans the same.'
      : 'Replayed with --root it detects or plans something else.',
    '',
  ].join('\n');

const run = async (invocation: Invocation): Promise<number> => {
  const { guest, log, options, words, json, print } = invocation;
  const [name] = words;
  if (name === undefined)
    throw new EnlightenError('usage', { tried: 'run', on: 'capture', happened: 'no file is named to write to' });
  // The file is the person's, not the guest's: under --root it still lies where they stand.
  const [here, file] = [openGuest(), resolve(name)];
  if ((await here.stat(dirname(file)))?.kind !== 'folder')
    throw new EnlightenError('none', { tried: 'write', on: file, happened: 'there is no such folder' });
  const full = options['full'] === true;
  const recorder = recording(guest);
  const seen = await observed(recorder.guest);
  const { detection, plan } = seen;
  const support = options['support'] === true ? await supportOf(guest, { detect: detection, plan }) : {};
  const made = capture({ heard: recorder.heard, ...seen, names: await namesOf(guest), support }, full);
  const same = await replays(made);
  const bytes = await archiveOf(made.tree, /\.(gz|tgz)$/.test(name));
  await here.replace(file, bytes, MODE);
  if (full)
    log(
      'warning',
      `${file} holds serial numbers, addresses and properties of this machine; only secrets are left out.`,
    );
  const unread = [...recorder.heard.failures].flatMap(([path, { code }]) => (code === 'unreadable' ? [path] : []));
  if (unread.length > 0 && process.getuid?.() !== 0)
    log('warning', `${unread.length} files could not be read, such as ${unread[0]}: root would see more.`);
  if (!same) log('warning', `${file} does not replay as it was seen: please report this.`);
  const entries = made.tree.size;
  if (json) {
    printJson(invocation, {
      schemaVersion: 1,
      blinded: !full,
      entries,
      unread: unread.length,
      replays: same,
      ...made.concluded,
    });
  } else print(describe(file, { full, entries, same }));
  return same ? 0 : DIFFERS;
};

export const command: Command = {
  usage: 'capture FILE.tar[.gz] [--full] [--support]',
  summary: 'what detection and planning read, blinded, as a tar that --root replays',
  words: 1,
  options: { full: { type: 'boolean' }, support: { type: 'boolean' } },
  run,
};
