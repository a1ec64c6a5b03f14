import assert from 'node:assert/strict';
import { signedAs } from '../image/signature.ts';
import type { Machine } from '../machine/machine.ts';
import { type Hardware, ordinary } from '../machine/qemu.ts';
import { compare, type Said, verdict, whereAmI } from './detectors.ts';
import type { Firmware } from './firmware.ts';

/** QEMU's emulator writes its own name into the processor's; nobody else's machine has it there. */
const processor = 'max,model-id=Some Processor';

/** The machine of this firmware, as far as QEMU can play it. */
export async function hardwareOf({ signature, smbios }: Firmware): Promise<Partial<Hardware>> {
  if (signature === null) return { smbios, cpu: `${processor},-hypervisor`, program: ordinary.program };
  return { smbios, cpu: processor, program: await signedAs(signature) };
}

/** Boots a machine after another with each firmware, prints what the detectors said, and then judges ours: one wrong row hides no other. */
export async function matrix(vm: Machine, firmwares: Firmware[]): Promise<void> {
  const rows: [string, Said][] = [];
  for (const firmware of firmwares) {
    vm.start(await hardwareOf(firmware));
    rows.push([firmware.machine, await whereAmI(vm)]);
    await vm.cut();
  }
  compare(rows);
  const ours = Object.fromEntries(rows.map(([machine, said]) => [machine, verdict(said.ours)]));
  assert.deepEqual(ours, Object.fromEntries(firmwares.map(({ machine, expected }) => [machine, expected])));
}
