import assert from 'node:assert/strict';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';
import { compare, verdict, whereAmI } from '../small/detectors.ts';
import { assertGuest, stored } from '../small/xen.ts';

export default scenario('detect-xen-pv', { small: { with: ['xen'] }, tier: 'long' }, async vm => {
  vm.start();
  const dom0 = await whereAmI(vm);
  compare([['Xen dom0', dom0]]);
  // QEMU's emulator shows through in the firmware: this dom0 is a guest of its own.
  assert.equal(verdict(dom0.ours), 'xen/dom0');
  await vm.ok('sh /usr/local/lib/lab/dom0', limit.agent * 10);
  await assertGuest(vm, 'pv', stored.whole);
});
