import assert from 'node:assert/strict';
import { environmentDocument } from '../iso.ts';
import { scenario } from '../scenario.ts';
import { compare, verdict } from '../small/detectors.ts';
import { xenGuest } from '../small/guests.ts';

const environment = environmentDocument({ properties: { colour: 'a "b" & <c>' } });

export default scenario('detect-xen-hvm', { after: 'detect-xen-pvh', tier: 'long' }, async vm => {
  const said = await xenGuest(vm, { type: 'hvm', store: { 'vm-data/ovfenv': environment } });
  compare([['Xen HVM', said]]);
  assert.equal(verdict(said.ours), 'xen/hvm');
  assert.equal(said.clock, 'xen');
  assert.equal(said.store, environment.trim(), 'what dom0 wrote');
});
