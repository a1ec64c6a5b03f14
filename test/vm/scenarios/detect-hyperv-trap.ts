import assert from 'node:assert/strict';
import { scenario } from '../scenario.ts';
import { compare, verdict } from '../small/detectors.ts';
import { kvmGuest } from '../small/guests.ts';
import { guise } from '../small/hyperv.ts';

/** Hyper-V's leaf comes first and its firmware lies around it, and yet it is KVM: the kernel says so, and its drivers are needed. */
export default scenario('detect-hyperv-trap', { after: 'detect-hyperv', tier: 'long' }, async vm => {
  const said = await kvmGuest(vm, guise.withKvm, guise.devices);
  compare([['Hyper-V CPUID over KVM', said]]);
  assert.equal(verdict(said.ours), 'kvm');
  assert.match(said.kernel, /Hypervisor detected: KVM/);
  assert.equal(said.systemd, 'microsoft', 'the trap is one');
});
