/** One piece of evidence as a clause: `CPUID leaf 0x40000000 is signed "KVMKVMKVM"`. */
import type { Evidence } from './detection.ts';

type Clause = (evidence: Evidence) => string;

const last = (source: string): string => source.slice(source.lastIndexOf('/') + 1);
const quoted = (value: string): string => `"${value}"`;
const exists: Clause = ({ source }) => `${source} exists`;
const says: Clause = ({ source, value }) =>
  value === 'exists' ? `${source} exists` : `${source} says ${quoted(value)}`;

/** What the probes report as facts, not as strings they read; these speak for nobody. */
const facts: Record<string, Clause> = {
  'hypervisor bit set': () => 'CPUID says that a hypervisor is present',
  'hypervisor bit clear': () => 'CPUID says that no hypervisor is present',
  'hypervisor flag set': () => '/proc/cpuinfo has the flag of a processor under a hypervisor',
  'hypervisor flag clear': () => '/proc/cpuinfo lacks the flag of a processor under a hypervisor',
  'root partition': ({ source }) => `CPUID leaf ${source.split('@')[1]} grants the rights of a root partition`,
  'virtual machine': () => 'the firmware declares that this is a virtual machine',
  'no virtual machine': () => 'the firmware does not declare that this is a virtual machine',
  control_d: ({ source }) => `${source} names the domain that controls Xen`,
  dom0: ({ source }) => `${source} has the bit of dom0`,
  'the control domain': ({ source }) => `${source} exists, which only the control domain has`,
};

/** By probe; strings read from a file are quoted as they stand there. */
const clauses: Record<string, Clause> = {
  cpuid: ({ source, value }) => `CPUID leaf ${source.split('@')[1]} is signed ${quoted(value)}`,
  cpuinfo: ({ source, value }) => `/proc/cpuinfo gives as ${source.split(':')[1]} ${quoted(value)}`,
  kernel: ({ source, value }) =>
    source.startsWith('/sys/bus/')
      ? `the ${source.split('/')[3]} bus has devices`
      : `the kernel offers the clock ${quoted(value)}`,
  xen: says,
  dmi: ({ source, value }) => `the firmware's ${last(source)} is ${quoted(value)}`,
  pci: ({ source }) => `the PCI device ${source.split('/')[5]} is one that only this hypervisor makes`,
  devicetree: ({ source, value }) =>
    value === 'exists'
      ? `${source} exists`
      : `the device tree's ${source.replace('/proc/device-tree/', '')} lists ${quoted(value)}`,
  sysinfo: ({ value }) =>
    /^\d+$/.test(value)
      ? `/proc/sysinfo tells of logical partition ${value}`
      : `/proc/sysinfo names the control program ${quoted(value)}`,
  mdesc: exists,
  container: ({ source, value, supports }) => {
    if (source.endsWith('/ns/pid'))
      return `the PID namespace of this process is ${supports === null ? "the machine's first" : "not the machine's first"}`;
    return source.endsWith('/mountinfo') ? `the root is ${value}` : says({ probe: '', source, value, supports });
  },
};

/** A string of the firmware may read like one of our facts, and is still only a string. */
const factOf = ({ probe, value, supports }: Evidence): Clause | undefined =>
  probe !== 'dmi' && supports === null && Object.hasOwn(facts, value) ? facts[value] : undefined;

export const clauseOf: Clause = evidence => (factOf(evidence) ?? clauses[evidence.probe] ?? says)(evidence);
