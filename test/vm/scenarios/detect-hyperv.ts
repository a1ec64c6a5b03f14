import assert from 'node:assert/strict';
import { scenario } from '../scenario.ts';
import { compare, verdict } from '../small/detectors.ts';
import { kvmGuest } from '../small/guests.ts';
import { guise } from '../small/hyperv.ts';

export default scenario('detect-hyperv', { after: 'detect-nested-kvm', tier: 'long' }, async vm => {
  const said = await kvmGuest(vm, guise.complete, guise.devices);
  compare([['Hyper-V CPUID, kvm=off', said]]);
  assert.equal(verdict(said.ours), 'hyperv');
  assert.match(said.kernel, /Hypervisor detected: Microsoft Hyper-V/);
  assert.match(said.kernel, /hv_vmbus: Vmbus version:/);
  assert.equal(said.clock, 'hyperv_clocksource_tsc_page');
});
