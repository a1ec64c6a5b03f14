/** /proc/cpuinfo: the same hypervisor bit as CPUID leaf 1, readable by everybody, and a few CPU models that name an emulator. */
import type { Evidence, Hypervisor } from '../detection.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

const CPUINFO = '/proc/cpuinfo';
/** The first processor's block; a flags line alone passes two kilobytes. */
const FIRST_PROCESSOR = 16 * 1024;

const models: { field: string; starts: string; supports: Hypervisor }[] = [
  { field: 'vendor_id', starts: 'User Mode Linux', supports: 'uml' }, // systemd virt.c, detect_vm_uml
  { field: 'model name', starts: 'QEMU TCG CPU', supports: 'qemu' }, // QEMU's `-cpu max` when it emulates
  { field: 'model name', starts: 'QEMU Virtual CPU', supports: 'qemu' }, // `-cpu qemu64`; KVM can show it too, so it is a last resort
];

export const cpuinfo: Probe = async guest => {
  const text = await guest.text(CPUINFO, FIRST_PROCESSOR);
  if (text === null) return [];
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const field = line.slice(0, colon).trim();
    if (colon > 0 && !fields.has(field)) fields.set(field, line.slice(colon + 1).trim());
  }

  const seen: Evidence[] = [];
  // `flags` exists on x86 only; elsewhere its absence says nothing.
  const flags = fields.get('flags')?.split(/\s+/);
  if (flags)
    seen.push(informs('cpuinfo', CPUINFO, `hypervisor flag ${flags.includes('hypervisor') ? 'set' : 'clear'}`));
  for (const { field, starts, supports } of models) {
    const value = fields.get(field);
    if (value?.startsWith(starts)) seen.push({ probe: 'cpuinfo', source: `${CPUINFO}:${field}`, value, supports });
  }
  return seen;
};
