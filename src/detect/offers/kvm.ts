/** What KVM offers beside devices: leaf 0x40000001 (arch/x86/include/uapi/asm/kvm_para.h; Documentation/virt/kvm/x86/cpuid.rst). */
import { type FeatureRow, featureOffers } from './features.ts';
import type { Ground } from './ground.ts';
import type { Offer } from './offer.ts';

const reference = 'Documentation/virt/kvm/x86/cpuid.rst';
const leaf = 1;
const register = 'eax';
const config = 'CONFIG_KVM_GUEST';

/** KVM_HINTS_REALTIME: processors are never preempted, and what helps against preemption would only cost (arch/x86/kernel/kvm.c). */
const realtime = {
  leaf,
  register: 'edx',
  bit: 0,
  because: 'the hint that processors are not overcommitted is set',
} as const;

const bit = (at: number, name: string, title: string, more: Partial<FeatureRow> = {}): FeatureRow => ({
  id: `kvm-${name}`,
  title,
  reference,
  leaf,
  register,
  bit: at,
  config,
  ...more,
});

const rows: readonly FeatureRow[] = [
  bit(1, 'nop-io-delay', 'no delays after port accesses'),
  bit(4, 'async-pf', 'other work while the host pages in'),
  bit(6, 'pv-eoi', 'end of interrupt without an exit'),
  bit(7, 'pv-unhalt', 'paravirtual spinlocks', {
    config: 'CONFIG_PARAVIRT_SPINLOCKS',
    off: ['nopvspin'],
    idleWith: realtime,
  }),
  bit(9, 'pv-tlb-flush', 'TLB flushes that spare preempted processors', { idleWith: realtime }),
  bit(10, 'async-pf-vmexit', 'asynchronous page faults for nested guests'),
  bit(11, 'pv-send-ipi', 'interrupts to many processors in one exit'),
  bit(12, 'poll-control', 'polling in the guest before it halts (haltpoll)', {
    config: 'CONFIG_HALTPOLL_CPUIDLE',
    reference: 'Documentation/virt/guest-halt-polling.rst',
  }),
  bit(13, 'pv-sched-yield', 'yielding to a preempted processor', { idleWith: realtime }),
  bit(14, 'async-pf-int', 'word of pages that arrived, by interrupt', { off: ['no-kvmapf'], interrupt: 'HYP' }),
  bit(15, 'msi-ext-dest-id', 'more than 255 processors without an IOMMU'),
  bit(16, 'map-gpa-range', 'telling the host which memory is encrypted'),
  bit(17, 'migration-control', 'allowing migration of an encrypted guest'),
  bit(24, 'clock-stable', 'a clock that is the same on every processor'),
  bit(0, 'realtime-hint', 'the hint that processors are not overcommitted', { register: 'edx' }),
];

export const kvmOffers = (ground: Ground): Promise<Offer[]> => featureOffers(ground, ground.interfaces.kvm, rows);
