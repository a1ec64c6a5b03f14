/** Takes captures in machines of the lab, and replays them here. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CAPTURES, type Concluded, concludedIn, type Documents, gistOf, replayed } from '../capture/replayed.ts';
import { limit } from './limits.ts';
import type { Machine } from './machine/machine.ts';
import { seconds } from './report.ts';

/** The document of `capture --json`. */
interface Told extends Concluded {
  entries: number;
  blinded: boolean;
  replays: boolean;
}

/** Every proof of a kernel under emulation. */
const patience = limit.agent * 4;

/** Set, the captures become the fixtures of test/capture/replay.test.ts. */
const keeping = process.env['ENLIGHTEN_KEEP_CAPTURES'] !== undefined;

/**
 * `enlighten capture` in the guest; what the guest itself said, what the capture says it holds, and what it says when it is replayed on
 * this machine must be the same.
 */
export async function captured(vm: Machine, name: string): Promise<void> {
  const began = performance.now();
  const own = concludedIn([
    await vm.json<Documents[0]>('enlighten detect --devices --offers --json', patience),
    await vm.json<Documents[1]>('enlighten plan --json', patience),
  ]);
  const [asked, begin] = [seconds(began), performance.now()];
  const printed = await vm.ok('enlighten capture /run/captured.tar.gz --json', patience);
  const took = seconds(begin);
  const told = JSON.parse(printed) as Told;
  const bytes = await vm.fetch('/run/captured.tar.gz', patience);
  const folder = keeping ? CAPTURES : join(vm.folder, 'captures');
  await mkdir(folder, { recursive: true });
  const archive = join(folder, `${name}.tar.gz`);
  await writeFile(archive, bytes);
  await writeFile(join(folder, `${name}.json`), `${printed}\n`);
  console.log(
    `    ${name}: ${told.entries} entries, ${Math.ceil(bytes.length / 1024)} KiB; ${took} s, where detect and plan took ${asked} s`,
  );

  assert.deepEqual([told.blinded, told.replays], [true, true]);
  assert.deepEqual(gistOf(told, told), gistOf(own, told));
  const again = replayed(archive);
  assert.deepEqual([again.detection, again.plan], [told.detection, told.plan]);
  assert.deepEqual(gistOf(again, told), gistOf(told, told));
}
