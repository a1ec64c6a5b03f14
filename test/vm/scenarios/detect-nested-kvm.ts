import assert from 'node:assert/strict';
import { scenario } from '../scenario.ts';
import { compare, verdict } from '../small/detectors.ts';
import { kvmGuest } from '../small/guests.ts';

/** KVM is real here: QEMU's emulator offers SVM to the outer machine. The innermost hypervisor is what matters for drivers. */
export default scenario(
  'detect-nested-kvm',
  { small: { with: ['kvm'], agent: false }, tier: 'long', hardware: { cpu: 'max' } },
  async vm => {
    vm.start();
    const said = await kvmGuest(vm, 'host', '-device virtio-rng-pci');
    compare([['KVM', said]]);
    assert.equal(verdict(said.ours), 'kvm');
    assert.equal(said.ours.certainty, 'certain');
    assert.equal(said.clock, 'kvm-clock');
    assert.match(said.kernel, /Hypervisor detected: KVM/);
  },
);
