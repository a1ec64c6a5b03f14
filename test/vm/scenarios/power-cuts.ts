import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inBoot, kernels, statusOf, waitForTrial } from '../agent.ts';
import { bootedMoments, judgedMoments, type Wrong } from '../cuts/moments.ts';
import { record } from '../cuts/recording.ts';
import { sampled } from '../cuts/sample.ts';
import { scenario } from '../scenario.ts';

/** How many of the moments are booted; the lab's owner may ask for more. */
const BOOTED = Number(process.env['ENLIGHTEN_CUTS_BOOTED'] ?? 20);

/**
 * The first boot, the trial, its confirmation and the boot that settles it, with every write recorded: the power may fail at any flush,
 * and the machine boots. Each of these moments is judged from outside; a sample, first of all those at which the agent or GRUB had written,
 * is switched on.
 */
export default scenario('power-cuts', { tier: 'long' }, async vm => {
  const recorded = await record(vm);
  vm.start();
  const { cloud } = await kernels(vm);
  assert.equal(await inBoot(vm, 2), cloud);
  await waitForTrial(vm, 'confirmed');
  await vm.ok('systemctl --no-block reboot');
  assert.equal(await inBoot(vm, 3), cloud);
  await vm.waitUntilUp();
  assert.equal((await statusOf(vm)).trial.state, 'settled');
  await vm.powerOff(); // QEMU writes how many entries the log has when it closes it

  const wrong: Wrong = [];
  const moments = await judgedMoments(recorded, join(vm.folder, 'judged'), wrong);
  const chosen = sampled(moments, BOOTED);
  await bootedMoments(vm, recorded, chosen, wrong);
  for (const { file } of [recorded.disk, recorded.root]) await rm(file, { force: true });
  console.log(`    ${moments.length} moments judged, ${chosen.length} booted`);
  assert.deepEqual(wrong, []);
  assert.ok(chosen.length >= BOOTED);
});
