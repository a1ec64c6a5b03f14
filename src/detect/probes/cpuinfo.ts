/** /proc/cpuinfo: the same hypervisor bit as CPUID leaf 1, readable by everybody, and a few CPU models that name an emulator. */
import type { Evidence, Hypervisor } from '../detection.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

const CPUINFO = '/proc/cpuinfo';
/** The first processor's block; a flags line alone passes two kilobytes. */
const FIRST_PROCESSOR = 16 * 1024;
/** POWER names its platform after the last processor, and has up to two thousand of them (arch/powerpc/kernel/setup-common.c). */
const ALL_PROCESSORS = 512 * 1024;

/** The first that matches speaks. */
const models: { field: string; starts: string; supports: Hypervisor }[] = [
  { field: 'vendor_id', starts: 'User Mode Linux', supports: 'uml' }, // systemd virt.c, detect_vm_uml
  { field: 'model', starts: 'IBM pSeries (emulated by qemu)', supports: 'qemu' }, // virt-what, ibm_power-kvm: with or without KVM
  { field: 'platform', starts: 'pSeries', supports: 'powervm' }, // POWER under its firmware; on bare metal this says PowerNV
  { field: 'model name', starts: 'QEMU TCG CPU', supports: 'qemu' }, // QEMU's `-cpu max` when it emulates
  { field: 'model name', starts: 'QEMU Virtual CPU', supports: 'qemu' }, // `-cpu qemu64`; KVM can show it too, so it is a last resort
];

const fieldsOf = (text: string): Map<string, string> => {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const field = line.slice(0, colon).trim();
    if (colon > 0 && !fields.has(field)) fields.set(field, line.slice(colon + 1).trim());
  }
  return fields;
};

export const cpuinfo: Probe = async guest => {
  const seen: Evidence[] = [];
  let fields = fieldsOf((await guest.text(CPUINFO, FIRST_PROCESSOR)) ?? '');
  // `flags` exists on x86 only; elsewhere its absence says nothing.
  const flags = fields.get('flags')?.split(/\s+/);
  if (flags) {
    seen.push(informs('cpuinfo', CPUINFO, `hypervisor flag ${flags.includes('hypervisor') ? 'set' : 'clear'}`));
  } else if (fields.size > 0) {
    fields = fieldsOf((await guest.text(CPUINFO, ALL_PROCESSORS)) ?? '');
  }
  const model = models.find(({ field, starts }) => fields.get(field)?.startsWith(starts));
  if (model) {
    const { field, supports } = model;
    seen.push({ probe: 'cpuinfo', source: `${CPUINFO}:${field}`, value: fields.get(field) ?? '', supports });
  }
  return seen;
};
