/** The story of the demo, told from what the machine's console and the agent in it say. */
import assert from 'node:assert/strict';
import { styleText } from 'node:util';
import { inBoot, statusOf, waitForTrial } from '../../test/vm/agent.ts';
import { limit } from '../../test/vm/limits.ts';
import type { Machine } from '../../test/vm/machine/machine.ts';
import { beforeAndAfter } from './before-and-after.ts';
import { awaiting } from './progress.ts';

/** What the deployer of the demo wants. */
export const properties = {
  'shop.title': 'Tea & Coffee',
  'shop.admin.password': 'only root may read this',
  'enlighten.sysctl.vm.swappiness': '10',
};

const chapter = (title: string): void => console.log(`\n${styleText('bold', title)}`);
const tell = (text: string): void => console.log(text.replace(/^/gm, '  '));

/** Under emulation everything takes its time; a limit here only ends a demo that hangs. */
const PATIENCE_S = 1200;

export const story = async (vm: Machine): Promise<void> => {
  chapter('1. A vendor’s sealed Debian appliance is powered on, with an OVF environment on a CD-ROM');
  vm.start();
  const universal = await awaiting('firmware, GRUB, kernel', vm.waitForBoot(1));
  tell(`GRUB boots ${universal}: the kernel that boots everywhere.`);
  const rebooting = vm.console.waitFor(/enlighten: (rebooting to try kernel .*)/, PATIENCE_S);
  const [, announced = ''] = await awaiting('the agent observes, plans, and proves the other kernel', rebooting);
  tell(`On the console: ${announced.trim()}`);

  chapter('2. The trial boot');
  const tried = await awaiting('firmware, GRUB, the kernel on trial', inBoot(vm, 2));
  tell(`GRUB spent the trial before it began, and boots ${tried}; any reset returns to ${universal}.`);

  chapter('3. What it saw, and why');
  tell(await vm.ok('enlighten detect', limit.agent));
  chapter('4. What the deployer wants');
  tell(await vm.ok('enlighten env show', limit.agent));
  chapter('5. What should hold here');
  tell((await vm.run('enlighten plan', limit.agent)).stdout);

  chapter('6. The confirmation');
  const status = await awaiting(
    'the machine comes up, stays quiet, and is checked',
    waitForTrial(vm, 'confirmed', PATIENCE_S),
  );
  tell(`${status.trial.state}: ${status.trial.kernel} is the default on this machine from now on.`);

  chapter('7. Before and after');
  tell(await beforeAndAfter(vm));
  const { trial } = await statusOf(vm);
  assert.equal(trial.state, 'confirmed');
  console.log(
    `\n${styleText(['bold', 'green'], 'confirmed')}  (\`enlighten undo\` would restore every value and the old kernel)`,
  );
};
