import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inBoot, kernels, statusOf, waitForTrial } from '../agent.ts';
import { judgeDisk, judgeLoader } from '../cuts/judge.ts';
import { handOver, record } from '../cuts/recording.ts';
import { boundaries } from '../cuts/replay.ts';
import { limit } from '../limits.ts';
import { Machine } from '../machine/machine.ts';
import { scenario } from '../scenario.ts';

/** How many of the boundaries are booted, spread evenly over the log; the lab's owner may ask for more. */
const BOOTED = Number(process.env['ENLIGHTEN_CUTS_BOOTED'] ?? 20);
/** A first boot has some hundreds of flushes; the sample must be known before they are counted, so they are counted first. */
const every = (count: number): number => Math.max(1, Math.floor(count / BOOTED));

/**
 * The first boot, the trial and its confirmation, with every write recorded: the power may fail at any flush of it, and the machine boots.
 * Each boundary is judged from outside, and a sample of them is switched on.
 */
export default scenario('power-cuts', { tier: 'long' }, async vm => {
  const recorded = await record(vm);
  vm.start();
  const { cloud } = await kernels(vm);
  assert.equal(await inBoot(vm, 2), cloud);
  await waitForTrial(vm, 'confirmed');
  await vm.powerOff(); // QEMU writes how many entries the log has when it closes it
  vm.log = null;

  let count = 0;
  for await (const _ of boundaries(recorded.log, [])) count += 1;
  const [seen, wrong]: [Map<string, number>, string[]] = [new Map(), []];
  let [number, booted] = [0, 0];
  for await (const flush of boundaries(recorded.log, [recorded.disk, recorded.root])) {
    number += 1;
    try {
      const would = `${await judgeDisk(recorded.root.file, join(vm.folder, 'judged'))}, GRUB: ${await judgeLoader(recorded.root.file)}`;
      seen.set(would, (seen.get(would) ?? 0) + 1);
      if (number % every(count) === 0) {
        await comesUp(vm, recorded, flush);
        booted += 1;
      }
    } catch (error) {
      wrong.push(`flush ${flush}: ${error instanceof Error ? error.message : error}`);
    }
  }
  for (const { file } of [recorded.disk, recorded.root]) await rm(file, { force: true });
  for (const [would, times] of seen) console.log(`    ${times} × ${would}`);
  console.log(`    ${number} boundaries judged, ${booted} booted`);
  assert.deepEqual(wrong, []);
  assert.ok(number > 0 && booted >= Math.min(BOOTED, number));
});

/** It may reboot twice on its way, into a trial and out of it; then the shell is another one. */
const up = async (machine: Machine): Promise<string> => {
  for (let boot = 1; ; boot += 1) {
    try {
      await machine.shell.ready(limit.decision);
      return await machine.waitUntilUp();
    } catch (error) {
      if (boot === 3) throw error;
      machine.shell.forget('another boot');
    }
  }
};

/** Switched on, and on again if it likes, it comes up; the state it then has is one of the table's. */
const comesUp = async (vm: Machine, recorded: Awaited<ReturnType<typeof record>>, flush: number): Promise<void> => {
  const folder = join(vm.folder, `cut-${flush}`);
  await mkdir(folder, { recursive: true });
  const machine = await Machine.create(folder, recorded.disk.file, vm.hardware);
  try {
    await handOver(recorded, join(folder, 'disk.qcow2'));
    machine.start();
    assert.match(await up(machine), /running|degraded/);
    const { trial } = await statusOf(machine);
    assert.match(trial.state, /^(none|armed|running|confirmed|settled|rolled-back)$/);
  } finally {
    await machine.dispose();
    await rm(folder, { recursive: true, force: true });
  }
};
