/** Where am I? Every probe looks, the policy decides, and nothing that was seen is left out of the answer. */
import { machine } from 'node:os';
import type { Guest } from '../guest/guest.ts';
import { containerIn } from './container.ts';
import type { Detection, Evidence } from './detection.ts';
import { platformIn } from './platform.ts';
import { judge } from './policy.ts';
import { busesIn, busesProbe } from './probes/buses.ts';
import { container } from './probes/container.ts';
import { cpuid } from './probes/cpuid.ts';
import { cpuinfo } from './probes/cpuinfo.ts';
import { devicetree } from './probes/devicetree.ts';
import { dmi } from './probes/dmi.ts';
import { kernel } from './probes/kernel.ts';
import { mdesc } from './probes/mdesc.ts';
import { pci } from './probes/pci.ts';
import type { Probe } from './probes/probe.ts';
import { smbios } from './probes/smbios.ts';
import { sysinfo } from './probes/sysinfo.ts';
import { xen } from './probes/xen.ts';

const probes: readonly Probe[] = [
  cpuid,
  cpuinfo,
  kernel,
  xen,
  dmi,
  smbios,
  pci,
  devicetree,
  sysinfo,
  mdesc,
  busesProbe,
  container,
];

/** A folder tells by the kernel's own word (Linux 6.1 and later), or by having a CPUID recording at all. */
const archOf = async (guest: Guest): Promise<string | null> => {
  if (guest.live) return machine();
  const told = (await guest.text('/proc/sys/kernel/arch')) ?? '';
  if (/^[a-z0-9_]{1,32}$/i.test(told)) return told;
  return (await guest.stat('/cpuid.json')) === null ? null : 'x86_64';
};

/** `other` says that there is one, and agrees with any name for it. */
const agrees = (word: string | null, verdict: string | null): boolean =>
  word === null || word === verdict || (word === 'other' && verdict !== null);

/** The answer that this evidence gives. Pure. */
export const decide = (evidence: Evidence[], arch: string | null): Detection => {
  const { virtualized, hypervisor, mode, rule, certainty } = judge(evidence);
  const platform = platformIn(evidence);
  const inContainer = containerIn(evidence);
  const overruled = evidence.filter(({ probe, supports }) =>
    probe === 'container'
      ? !agrees(supports, inContainer)
      : !agrees(supports, hypervisor === 'none' ? null : hypervisor) && supports !== platform,
  );
  return {
    virtualized,
    hypervisor,
    mode,
    platform,
    container: inContainer,
    arch,
    buses: busesIn(evidence),
    rule,
    certainty,
    evidence,
    overruled,
  };
};

/** Looks at the guest through every probe and judges. Reads a few dozen small files; never throws, runs no program, asks no network. */
export const detect = async (guest: Guest): Promise<Detection> => {
  const evidence: Evidence[] = [];
  for (const probe of probes) evidence.push(...(await probe(guest)));
  return decide(evidence, await archOf(guest));
};

const evidenceJson = ({ probe, source, value, supports }: Evidence) => ({ probe, source, value, supports });

/** The document of `enlighten detect --json`, its fields in the order of the contract. */
export const detectionJson = (detection: Detection) => ({
  schemaVersion: 1,
  virtualized: detection.virtualized,
  hypervisor: detection.hypervisor,
  mode: detection.mode,
  platform: detection.platform,
  container: detection.container,
  arch: detection.arch,
  buses: detection.buses,
  rule: detection.rule,
  certainty: detection.certainty,
  evidence: detection.evidence.map(evidenceJson),
  overruled: detection.overruled.map(evidenceJson),
});
