import assert from 'node:assert/strict';
import { environmentDocument } from '../iso.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';
import { compare, verdict, whereAmI } from '../small/detectors.ts';
import { xenGuest } from '../small/guests.ts';

const environment = environmentDocument({ properties: { colour: 'a "b" & <c>' } });

export default scenario('detect-xen-pv', { small: { with: ['xen'] }, tier: 'long' }, async vm => {
  vm.start();
  const dom0 = await whereAmI(vm);
  compare([['Xen dom0', dom0]]);
  // QEMU's emulator shows through in the firmware: this dom0 is a guest of its own.
  assert.equal(verdict(dom0.ours), 'xen/dom0');
  await vm.ok('sh /usr/local/lib/lab/dom0', limit.agent * 10);

  const said = await xenGuest(vm, { type: 'pv', store: { 'vm-data/ovfenv': environment } });
  compare([['Xen PV', said]]);
  assert.equal(verdict(said.ours), 'xen/pv');
  assert.equal(said.clock, 'xen');
  assert.equal(said.store, environment.trim(), 'what dom0 wrote');
});
