import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { archiveOf } from '../capture/archive.ts';
import { type Capture, capture } from '../capture/capture.ts';
import { unpack } from '../capture/unpack.ts';
import { type Command, type Invocation, printJson } from '../cli.ts';
import { detectionJson } from '../detect/detect.ts';
import { EnlightenError } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { openGuest } from '../guest/open.ts';
import { recording } from '../guest/recording.ts';
import { observeNow } from './observing.ts';
import { planDocument } from './plan.ts';
import { statusNow } from './status.ts';

const DIFFERS = 1;
/** The archive and whatever it is made of are for their owner alone. */
const MODE = 0o600;

/** The same observing as `detect` and `plan` do. */
const observed = async (guest: WritableGuest) => {
  const { input, observed: found } = await observeNow(guest);
  return {
    detection: detectionJson(input.look.detection),
    plan: await planDocument(guest, found),
    environment: found.environment,
  };
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
const replays = async ({ tree, detection, plan }: Capture): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), 'enlighten-capture-'));
  try {
    unpack(tree, folder);
    const again = await observed(openGuest(folder));
    return isDeepStrictEqual([again.detection, again.plan], [detection, plan]);
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
  if (!same) log('warning', `${file} does not replay as it was seen: please report this.`);
  const entries = made.tree.size;
  if (json) {
    const { detection: detected, plan: planned } = made;
    printJson(invocation, {
      schemaVersion: 1,
      blinded: !full,
      entries,
      replays: same,
      detection: detected,
      plan: planned,
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
