/**
 * What Hyper-V, or whoever speaks its language, offers: leaves 0x40000003 to 0x40000006.
 * Names as in include/hyperv/hvgdk_mini.h; meaning as in the Hypervisor Top-Level Functional Specification (TLFS), 2.4.
 */
import { type FeatureRow, featureOffers } from './features.ts';
import type { Ground } from './ground.ts';
import { sourceAt } from './interfaces.ts';
import { type Offer, offerOf } from './offer.ts';

const config = 'CONFIG_HYPERV';

const row = (
  [leaf, register, bit]: [FeatureRow['leaf'], FeatureRow['register'], FeatureRow['bit']],
  name: string,
  title: string,
  more: Partial<FeatureRow> = {},
): FeatureRow => ({
  id: `hyperv-${name}`,
  title,
  reference: `Hyper-V TLFS, CPUID leaf 0x4000000${leaf}`,
  leaf,
  register,
  bit,
  config,
  ...more,
});

const privileges: FeatureRow[] = [
  row([3, 'eax', 0], 'vp-runtime', 'how long this processor really ran'),
  row([3, 'eax', 1], 'time-ref-count', 'reference counter of 100 ns'),
  row([3, 'eax', 2], 'synic', 'synthetic interrupt controller', { interrupt: 'HYP' }),
  row([3, 'eax', 3], 'stimer', 'synthetic timers', { interrupt: 'HVS' }),
  row([3, 'eax', 4], 'apic-msrs', 'interrupt controller through MSRs'),
  row([3, 'eax', 5], 'hypercalls', 'hypercalls'),
  row([3, 'eax', 6], 'vp-index', 'processor numbers of the host'),
  row([3, 'eax', 7], 'reset-msr', 'reset through an MSR'),
  row([3, 'eax', 9], 'reference-tsc', 'reference TSC page'),
  row([3, 'eax', 10], 'guest-idle', 'idling through an MSR'),
  row([3, 'eax', 11], 'frequency-msrs', 'frequencies of TSC and APIC, without calibration'),
  row([3, 'eax', 13], 'reenlightenment', 'word of a changed TSC after migration', { interrupt: 'HRE' }),
  row([3, 'eax', 15], 'tsc-invariant', 'a TSC that survives migration'),
  row([3, 'ebx', 4], 'post-messages', 'messages to the host'),
  row([3, 'ebx', 5], 'signal-events', 'events to the host'),
  row([3, 'edx', 4], 'xmm-input', 'hypercalls with parameters in XMM registers'),
  row([3, 'edx', 10], 'crash-msrs', 'telling the host of a panic'),
  row([3, 'edx', 19], 'stimer-direct', 'timer interrupts without messages', { interrupt: 'HVS' }),
];

const recommendations: FeatureRow[] = [
  row([4, 'eax', 0], 'as-switch', 'address space switches by hypercall'),
  row([4, 'eax', 1], 'local-tlb-flush', 'local TLB flushes by hypercall'),
  row([4, 'eax', 2], 'remote-tlb-flush', 'remote TLB flushes by hypercall'),
  row([4, 'eax', 3], 'apic-access', 'interrupt controller through MSRs, recommended'),
  row([4, 'eax', 4], 'system-reset', 'reset through an MSR, recommended'),
  row([4, 'eax', 5], 'relaxed-timing', 'no watchdogs that need punctual interrupts'),
  row([4, 'eax', 9], 'no-auto-eoi', 'no automatic end of interrupt'),
  row([4, 'eax', 10], 'cluster-ipi', 'interrupts to many processors by hypercall'),
  row([4, 'eax', 11], 'ex-processor-masks', 'masks of more than 64 processors'),
  row([4, 'eax', 12], 'nested', 'this Hyper-V runs on a Hyper-V'),
  row([4, 'eax', 14], 'enlightened-vmcs', 'enlightened VMCS for nested guests'),
  row([4, 'eax', 18], 'no-core-sharing', 'no core shared with other guests'),
];

/** In use by the hypervisor; nothing that a guest could do about them. */
const hardware: FeatureRow[] = [
  row([6, 'eax', 0], 'apic-overlay', 'APIC overlay assist'),
  row([6, 'eax', 1], 'msr-bitmaps', 'MSR bitmaps'),
  row([6, 'eax', 2], 'performance-counters', 'architectural performance counters'),
  row([6, 'eax', 3], 'slat', 'second-level address translation'),
  row([6, 'eax', 4], 'dma-remapping', 'DMA remapping'),
  row([6, 'eax', 5], 'interrupt-remapping', 'interrupt remapping'),
];

const NEVER = 0xffffffff;

/** The one recommendation that is a number: how often to try a spinlock before telling the host (leaf 4, EBX). */
const spinlocks = (ground: Ground): Offer[] => {
  const spoken = ground.interfaces.hyperv;
  const retries = spoken?.leaves.get(4)?.ebx;
  if (spoken === null || retries === undefined) return [];
  const id = { id: 'hyperv-spinlocks', title: 'paravirtual spinlocks', reference: 'arch/x86/hyperv/hv_spinlock.c' };
  const off = ground.kernel.commandLine.includes('hv_nopvspin');
  const built = ground.kernel.config('CONFIG_PARAVIRT_SPINLOCKS') !== 'n';
  return [
    offerOf(id, {
      offered: retries !== NEVER && retries !== 0,
      inUse: off || !built || !spoken.chosen ? false : null,
      missing: built ? null : { kind: 'kernel', name: 'CONFIG_PARAVIRT_SPINLOCKS' },
      evidence: [`${sourceAt(spoken.base, 4)} ebx ${retries === NEVER ? 'says never' : `says after ${retries} tries`}`],
    }),
  ];
};

export const hypervOffers = async (ground: Ground): Promise<Offer[]> => [
  ...(await featureOffers(ground, ground.interfaces.hyperv, [...privileges, ...recommendations, ...hardware])),
  ...spinlocks(ground),
];
