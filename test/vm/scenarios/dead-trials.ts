/**
 * A dead trial comes back. Each begins with the same disk: the agent has proven the kernel and armed the trial, and waits for an ordinary
 * reboot. Without power it is made to die; then somebody switches the machine on, and does nothing any more.
 */
import assert from 'node:assert/strict';
import { cameBack, kernels, statusOf } from '../agent.ts';
import { type KindName, kinds } from '../dead/armed.ts';
import { type Death, deaths } from '../dead/deaths.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import type { Past } from '../machine/past.ts';
import { onTheBench } from '../machine/workbench.ts';
import { type Scenario, scenario } from '../scenario.ts';

const armed: Past = {
  name: 'armed',
  async live(vm) {
    vm.start();
    await kernels(vm);
    await vm.waitUntilUp();
    assert.equal((await statusOf(vm)).trial.state, 'armed');
    await vm.powerOff();
  },
};

/** A kernel that neither runs nor ends: as long as this nothing is said, and then somebody presses the button. */
async function resetIfSilent(vm: Machine, seconds: number): Promise<void> {
  const begun = await vm.waitForBoot(1, seconds).catch(() => null);
  if (begun !== null) return;
  await vm.cut();
  vm.start();
}

async function comesBack(
  vm: Machine,
  kind: KindName,
  { by, said, starts, causes, mayNeedReset, gone }: Death,
): Promise<void> {
  const { armed: trialOn, remains } = kinds[kind];
  await onTheBench(vm, async disk => by(await trialOn(disk)));
  vm.start();
  if (mayNeedReset?.includes(kind)) await resetIfSilent(vm, limit.line);
  if (said !== null) await vm.console.waitFor(said, limit.decision * 2);
  const boots = starts ? 2 : 1;
  await vm.waitForBoot(boots);
  if (starts) vm.shell.forget('the trial');
  await vm.shell.ready(limit.decision);
  const { trial, notices } = await cameBack(vm, boots, ...causes);
  assert.equal(trial.attempts, 1);
  // A verdict stands as long as there is something to try again.
  const told = gone ? /^trial-(no-userspace|unconfirmed-reset)$/ : /^trial-verdict$/;
  assert.ok(
    notices.some(({ code }) => told.test(code)),
    'not again, and the operator is told',
  );
  assert.equal(await vm.ok(remains), '', 'nothing is armed any more');
  const { applied } = await vm.json<{ applied: unknown[] }>('enlighten undo --json', limit.agent);
  assert.deepEqual(applied, [], 'the journal is whole');
}

/** How long the agent may take is told elsewhere: here a busy lab must not end it. */
const patient = '[Service]\nTimeoutStartSec=600\nEnvironment=ENLIGHTEN_BUDGET_SECONDS=500\n';

const files = {
  '/etc/enlighten/enlighten.yaml': 'reboot: never\n',
  '/etc/systemd/system/enlighten.service.d/patient.conf': patient,
};

export default Object.entries(deaths).flatMap(([name, death]) =>
  (death.on ?? ['grub-bios']).map((kind): Scenario => {
    const { on, hardware } = kinds[kind];
    const setup = { tier: 'long', past: armed, image: { on, files }, hardware } as const;
    return scenario(`dead-${kind}-${name}`, setup, vm => comesBack(vm, kind, death));
  }),
);
