import assert from 'node:assert/strict';
import { environmentDocument } from '../iso.ts';
import type { Machine } from '../machine/machine.ts';
import { compare, verdict } from './detectors.ts';
import { type XenGuest, xenGuest } from './guests.ts';

const properties = { colour: 'a "b" & <c>' };
const document = environmentDocument({ properties });

/** What dom0 writes into a guest's part of the store: the document as one value, or in pieces. */
export const stored = {
  whole: { 'vm-data/ovfenv': document },
  pieces: { 'vm-data/ovfenv/0': document.slice(0, 300), 'vm-data/ovfenv/1': document.slice(300) },
};

/** A guest of this kind knows what it is, and reads what dom0 has written for it. */
export async function assertGuest(vm: Machine, type: XenGuest['type'], store: XenGuest['store']): Promise<void> {
  const said = await xenGuest(vm, { type, store });
  compare([[`Xen ${type.toUpperCase()}`, said]]);
  assert.equal(verdict(said.ours), `xen/${type}`);
  assert.equal(said.clock, 'xen');
  const shown = JSON.parse(said.environment) as { transport: string; properties: Record<string, string> };
  assert.deepEqual([shown.transport, shown.properties], ['xenstore', properties]);
}
