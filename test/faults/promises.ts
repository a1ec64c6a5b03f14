/** What holds whatever happened to the agent (design.md, "Promises"): asked after every fault, and at every boot that follows it. */
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { openGuest } from '../../src/guest/open.ts';
import { trialStates } from '../../src/kernel/trial/table.ts';
import { readEntry } from '../../src/state/journal.ts';
import { isSealed } from '../../src/state/sealed.ts';
import { readState } from '../../src/state/state.ts';
import type { Files } from './disk.ts';
import type { Booted } from './kinds/kind.ts';
import { cameUp, diskOf, type Machine } from './machine.ts';
import { releaseOf } from './names.ts';

const JOURNAL = '/var/lib/enlighten/journal.jsonl';
const STORED = '/var/lib/enlighten/environment.json';
/** Planted by sequences that have an environment. */
export const SECRET = 's3cret-4711';

const lines = (files: Files): string[] => (files.get(JOURNAL)?.toString('utf8') ?? '').split('\n').filter(Boolean);

/** What was chosen is there, and nothing that never came up here but a trial, which returns by itself. */
export const bootable = async ({ root }: Machine, booted: Booted, machine: Machine): Promise<void> => {
  for (const path of [booted.kernel, booted.initrd]) assert.ok(existsSync(root + path), `it boots ${path}`);
  if (booted.entry === 'proven') assert.ok(cameUp(machine, releaseOf(booted)), `${booted.kernel} came up before`);
  if (booted.entry === 'trial') assert.match(booted.args, /enlighten\.trial=\S+ panic=5/);
  if (booted.entry === 'stock') assert.equal(await isSealed(openGuest(root)), false, 'on an appliance we decide');
};

const IDENTITY = { product: null, root: null };

/** What lies on the disk now is whole. */
export const whole = async (machine: Machine, before: Files, foreignState = false): Promise<void> => {
  const guest = openGuest(machine.root);
  const files = diskOf(machine);
  machine.kind.whole(files);

  const read = await readState(guest, IDENTITY);
  if (!foreignState) assert.ok(['read', 'fresh'].includes(read.kind), `state.json is ${read.kind}`);
  assert.ok(trialStates.includes(read.state.trial.state));

  const kept = lines(before).filter(line => readEntry(line) !== null);
  const now = lines(files);
  if (now.length > 0) assert.deepEqual(now.slice(0, lines(before).length), lines(before), 'the journal only grows');
  const unreadable = now.filter(line => readEntry(line) === null);
  assert.ok(unreadable.length <= 1, `one torn line at most: ${unreadable}`);
  assert.ok(now.length >= kept.length || files.get(JOURNAL) === undefined);

  const stored = files.get(STORED);
  if (stored !== undefined) assert.doesNotThrow(() => JSON.parse(stored.toString('utf8')), 'the environment is whole');
  for (const [path, bytes] of files) {
    if (path.startsWith('/host/') || !bytes.includes(SECRET)) continue;
    assert.equal(statSync(machine.root + path).mode & 0o077, 0, `${path} holds a secret`);
  }
};

/** Once nothing moves any more, state and boot loader say the same; but where a seal was cut short, which is to be run again. */
export const agreed = async ({ root, kind }: Machine): Promise<void> => {
  if (!(await isSealed(openGuest(root)))) return;
  const { state } = await readState(openGuest(root), IDENTITY);
  assert.deepEqual(state.owed, []);
  const { state: trial, entry, previous } = state.trial;
  const proven = kind.proven(root);
  const kept = ['confirmed', 'settled'].includes(trial);
  // A later trial that went back leaves the kernel that was the default before it.
  const stays = trial === 'rolled-back' && proven !== null && releaseOf({ kernel: proven }) === previous;
  assert.equal(proven, kept ? (entry?.kernel ?? '') : stays ? proven : null, `${trial}, proven ${proven}`);
};
