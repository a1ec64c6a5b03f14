/** The boots after a fault, until nothing moves any more. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { put } from '../kernel/machine.ts';
import { SYSCTLS } from '../pass/appliance.ts';

import type { Files } from './disk.ts';
import type { Booted } from './kinds/kind.ts';
import { diskOf, leftNow, type Machine, powerOn, reachUserspace, run } from './machine.ts';
import { agreed, bootable, whole } from './promises.ts';
import { background, boot, confirm, health, undoAll } from './sequences.ts';

/** Whether the kernel on trial comes up, or dies before anybody hears of it. */
export type Fate = 'lives' | 'dies';

const MAX_BOOTS = 8;
/** design.md, promise 8. */
const MAX_REBOOTS = 2;

/** What is on the disk, without what only counts boots; nonces are random. */
const digestOf = (files: Files): string => {
  const hash = createHash('sha256');
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${path}\n`).update(bytes);
  return hash.digest('hex');
};

/** In a trial boot (packaging/systemd). */
const trialUnits = async (machine: Machine): Promise<void> => {
  const checked = await run(machine, health);
  if (checked.ending === 'done') await run(machine, confirm);
};

/** A kernel that lies in memory would start at any shutdown. */
export const nothingWaits = ({ loaded, jumps }: Machine): void =>
  assert.ok(loaded === null || jumps, 'no kernel waits in memory');

/** What systemd starts besides the pass, once the machine is up. */
const units = async (machine: Machine, { entry }: Booted): Promise<void> => {
  if (entry === 'trial') await trialUnits(machine);
  else if (existsSync(`${machine.root}/run/enlighten/background`)) await run(machine, background);
};

const oneBoot = async (machine: Machine, fate: Fate, before: Files, foreignState: boolean): Promise<void> => {
  const booted = powerOn(machine);
  await bootable(machine, booted, machine);
  if (booted.entry === 'trial' && fate === 'dies') return;
  reachUserspace(machine);
  const { ending } = await run(machine, boot);
  nothingWaits(machine);
  if (ending !== 'rebooted') await units(machine, booted);
  await whole(machine, before, foreignState);
  assert.ok(machine.reboots <= MAX_REBOOTS, `${machine.reboots} reboots by the agent`);
};

/** The nonces are random, and nothing depends on which they are; what a pass had to say is for people. */
const NONCE = /"nonce":"([0-9a-f]{16})"|enlighten_nonce=([0-9a-f]{16})/g;
const SAID = /"notices":\[.*?\]/g;

/** Two machines with the same key have the same future. */
const futureOf = (machine: Machine, fate: Fate): string => {
  const files: Files = new Map();
  const nonces: string[] = [];
  for (const [path, bytes] of diskOf(machine)) {
    const text = bytes
      .toString('latin1')
      .replace(SAID, '')
      .replace(NONCE, (written, inState?: string, inBlock?: string) => {
        const nonce = inState ?? inBlock ?? '';
        if (!nonces.includes(nonce)) nonces.push(nonce);
        return written.replace(nonce, String(nonces.indexOf(nonce)));
      });
    files.set(path, Buffer.from(text, 'latin1'));
  }
  const { kind, reboots, boots, proven } = machine;
  return [kind.name, digestOf(files), fate, reboots, boots, ...[...proven].sort()].join(' ');
};

/** Futures that were seen to be sound, and whether a trial was a part of them. */
const known = new Map<string, boolean>();

/**
 * Boots until one of them leaves the disk as it was. A future that was seen to be sound is not lived again.
 * @returns whether a trial was started: if none was, the other fate is the same.
 */
export const settle = async (machine: Machine, fate: Fate, foreignState = false): Promise<boolean> => {
  const future = futureOf(machine, fate);
  const before = known.get(future);
  if (before !== undefined) return before;
  let tried = false;
  for (let count = 0; count < MAX_BOOTS; count += 1) {
    const disk = diskOf(machine);
    await oneBoot(machine, fate, disk, foreignState);
    tried ||= machine.booted?.entry === 'trial';
    if (digestOf(disk) !== digestOf(diskOf(machine))) continue;
    if (!foreignState) await agreed(machine);
    await undone(machine, foreignState);
    known.set(future, tried);
    return tried;
  }
  assert.fail(`${MAX_BOOTS} boots, and the disk still changes`);
};

const ends = new Set<string>();

/** At any time a person may take everything back: what was there before us is there again, and stays. */
const undone = async (machine: Machine, foreignState: boolean): Promise<void> => {
  const end = futureOf({ ...machine, boots: 0 }, 'lives');
  if (ends.has(end)) return;
  const { ending, error } = await run(machine, undoAll);
  assert.ok(ending === 'done', `undo: ${error}`);
  assert.deepEqual(leftNow(machine), machine.vendor, 'undo leaves nothing of ours');
  for (const [path, value] of Object.entries(SYSCTLS))
    assert.equal(readFileSync(machine.root + path, 'utf8').trim(), value.trim(), `undo restores ${path}`);
  for (let count = 0; count < 2; count += 1) {
    const booted = powerOn(machine);
    assert.equal(booted.entry, 'universal');
    await run(machine, boot);
    await whole(machine, diskOf(machine), foreignState);
  }
  ends.add(end);
};

/**
 * The agent is gone and the machine is not: whoever comes next finds a lock of a process that is no more, and whoever shuts it down jumps
 * into what kexec has loaded (Debian's /etc/init.d/kexec; systemctl(1), reboot).
 */
export const afterKill = async (machine: Machine): Promise<void> => {
  machine.jumps = machine.loaded !== null;
  put(machine.root, '/run/enlighten/lock', '1 0 boot');
  if (machine.booted?.entry === 'trial') await trialUnits(machine);
};
