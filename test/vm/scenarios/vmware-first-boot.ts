/**
 * The whole appliance on VMware: the service reads guestinfo at boot by Debian's own open-vm-tools, removes it there as it is asked
 * to, tries the kernel for virtual machines on pvscsi and vmxnet3, and finds nothing changed at the next boot.
 */
import assert from 'node:assert/strict';
import type { Detection } from '../../../src/detect/detection.ts';
import { grubDefault, inBoot, kernels, statusOf, waitForTrial } from '../agent.ts';
import { signedAs } from '../image/signature.ts';
import { environmentDocument } from '../iso.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { scenario } from '../scenario.ts';
import { guestinfoFiles, guestinfoFolder, takeAsked, variable, vmwareHardware, vmwareSignature } from '../vmware.ts';

interface Shown {
  transport: string;
  stale: boolean;
  properties: Record<string, string>;
}

const properties = { 'app.colour': 'blue', 'app.password': 'planted-secret-1', 'enlighten.scrub': 'on' };

const image = {
  packages: ['open-vm-tools'],
  get files() {
    return guestinfoFiles(environmentDocument({ properties }));
  },
  // The daemon asks VMware for far more than guestinfo, which nobody here would answer.
  prepare: 'systemctl --quiet mask open-vm-tools.service vgauth.service',
};

const assertScrubbed = async (vm: Machine): Promise<void> => {
  assert.equal(await vm.ok(`tr -d ' \\n' < ${guestinfoFolder}/${variable}`), '', 'the host has it no more');
  const { transport, stale, properties: known } = await vm.json<Shown>('enlighten env show --json', limit.agent);
  assert.deepEqual([transport, stale], ['guestinfo', true], 'what was read before is in force');
  assert.deepEqual(known, { ...properties, 'app.password': '********' });
  assert.equal(await vm.ok('enlighten env get app.password', limit.agent), 'planted-secret-1');
  const lines = await vm.ok('cat /run/enlighten/env');
  for (const line of ["HYPERVISOR='vmware'", "PROFILE='vmware'", "ENVIRONMENT='guestinfo'", "ENVIRONMENT_STALE='true'"])
    assert.ok(lines.split('\n').includes(`ENLIGHTEN_${line}`), lines);
};

export default scenario('vmware-first-boot', { hardware: vmwareHardware, image, tier: 'long' }, async vm => {
  vm.start({ program: await signedAs(vmwareSignature) });
  const { generic, cloud } = await kernels(vm);
  assert.equal(await vm.waitForBoot(1), generic);
  await vm.console.waitFor(/enlighten: rebooting to try kernel/, limit.decision);
  assert.equal(await inBoot(vm, 2), cloud);
  const status = await waitForTrial(vm, 'confirmed');
  assert.deepEqual([status.trial.kernel, status.trial.previous], [cloud, generic]);
  assert.equal(await grubDefault(vm), cloud);
  assert.deepEqual(status.notices, []);

  const { hypervisor, certainty } = await vm.json<Detection>('enlighten detect --json', limit.agent);
  assert.deepEqual([hypervisor, certainty], ['vmware', 'certain']);
  assert.match(await vm.ok('dmesg'), /Hypervisor detected: VMware/);
  const bound = await vm.ok('ls -d /sys/bus/pci/drivers/{vmw_pvscsi,vmxnet3}/0000:*');
  assert.match(bound, /vmw_pvscsi.*\n.*vmxnet3/);

  await assertScrubbed(vm);
  const journal = await vm.ok('journalctl --quiet --boot=-1 --unit=enlighten.service --output=cat', limit.agent);
  assert.match(journal, /vmware, profile vmware/, 'the boot before the trial knew it all');
  assert.equal(
    await vm.ok('grep -rl planted-secret-1 /etc /var /run | sort | xargs stat -c "%n %a"', limit.agent),
    '/run/enlighten/secrets.json 600\n/var/lib/enlighten/environment.json 600',
  );

  await vm.ok('systemctl --no-block reboot');
  assert.equal(await inBoot(vm, 3), cloud);
  await vm.waitUntilUp();
  const asked = await vm.ok(takeAsked);
  const { lastPass, trial } = await statusOf(vm);
  assert.deepEqual([lastPass?.outcome, trial.state], ['unchanged', 'settled']);
  assert.equal(asked, `vmware-rpctool info-get ${variable}`, 'one question, and no other program');
  await assertScrubbed(vm);
  assert.equal(vm.console.boots.length, 3);
});
