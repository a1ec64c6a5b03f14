import assert from 'node:assert/strict';
import { signedAs } from '../image/signature.ts';
import type { Machine } from '../machine/machine.ts';
import { compare, type Said, verdict, whereAmI } from './detectors.ts';
import type { Firmware } from './firmware.ts';

/** Boots a machine after another with each firmware, prints what the detectors said, and then judges ours: one wrong row hides no other. */
export async function matrix(vm: Machine, firmwares: Firmware[]): Promise<void> {
  const rows: [string, Said][] = [];
  for (const { machine, signature, smbios } of firmwares) {
    const hardware =
      signature === null ? { cpu: 'max,-hypervisor' } : { cpu: 'max', program: await signedAs(signature) };
    vm.start({ smbios, ...hardware });
    rows.push([machine, await whereAmI(vm)]);
    await vm.cut();
  }
  compare(rows);
  const ours = Object.fromEntries(rows.map(([machine, said]) => [machine, verdict(said.ours)]));
  assert.deepEqual(ours, Object.fromEntries(firmwares.map(({ machine, expected }) => [machine, expected])));
}
