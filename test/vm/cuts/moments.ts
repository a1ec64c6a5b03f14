/** Every moment of a recorded life at which the power might have gone: judged from outside, and some of them from inside. */
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { limit } from '../limits.ts';
import { Machine } from '../machine/machine.ts';
import { type Judged, judged } from './judge.ts';
import { type Recorded, rootOf } from './recording.ts';
import { boundaries } from './replay.ts';

/** One flush, and what a power cut right after it leaves. */
interface Moment extends Judged {
  flush: number;
}

/** What would not boot, or is not whole, by its flush. */
export type Wrong = string[];

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const judgedMoments = async ({ log, root }: Recorded, folder: string, wrong: Wrong): Promise<Moment[]> => {
  const moments: Moment[] = [];
  for await (const flush of boundaries(log, [root])) {
    try {
      moments.push({ flush, ...(await judged(root.file, folder)) });
    } catch (error) {
      wrong.push(`flush ${flush}: ${why(error)}`);
    }
  }
  return moments;
};

/** The kernel is up and the agent's pass is over: it reboots the machine into a trial, or the system has come up. */
const decided = /enlighten: rebooting to try kernel|Reached target.*multi-user/;

/** A machine like this one, on a disk as it was then, comes up; and leaves a disk that is as sound. */
const comesUp = async (vm: Machine, disk: string, name: string): Promise<Judged> => {
  const folder = join(vm.folder, name);
  await mkdir(folder, { recursive: true });
  const machine = await Machine.create(folder, disk, vm.hardware);
  try {
    machine.start();
    await machine.console.waitFor(decided, limit.decision);
    await machine.cut();
    assert.doesNotMatch(machine.console.text, /Failed to start enlighten|Kernel panic/);
    return await judged((await rootOf(machine, 'root.raw')).file, join(folder, 'judged'));
  } finally {
    await machine.dispose();
  }
};

/** Switches machines on at these moments, one after the other; the folder of one that came up is removed. */
export const bootedMoments = async (
  vm: Machine,
  { log, disk }: Recorded,
  chosen: readonly Moment[],
  wrong: Wrong,
): Promise<void> => {
  for await (const flush of boundaries(log, [disk])) {
    const before = chosen.find(moment => moment.flush === flush);
    if (before === undefined) continue;
    const name = `cut-${flush}`;
    try {
      const after = await comesUp(vm, disk.file, name);
      console.log(`    flush ${flush}: ${before.trial}, ${before.boots}; it came up: ${after.trial}, ${after.boots}`);
      await rm(join(vm.folder, name), { recursive: true, force: true });
    } catch (error) {
      wrong.push(`flush ${flush}, booted: ${why(error)}`);
    }
  }
};
