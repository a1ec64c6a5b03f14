/** Paravirtual clock sources: offered by a CPUID bit or because the kernel lists them, in use when current. */
import type { Registers } from '../leaves.ts';
import type { Ground } from './ground.ts';
import { type Interfaces, sourceAt } from './interfaces.ts';
import { type Offer, type OfferRow, offerOf } from './offer.ts';

const FOLDER = '/sys/devices/system/clocksource/clocksource0';

interface ClockRow extends OfferRow {
  /** The kernel's name of it. */
  name: string;
  /** Bits of which any offers it. */
  bits?: { interface: 'kvm' | 'hyperv'; leaf: number; register: keyof Registers; mask: number };
  config?: string;
}

const rows: readonly ClockRow[] = [
  {
    id: 'clock-kvm',
    title: "KVM's clock",
    name: 'kvm-clock',
    bits: { interface: 'kvm', leaf: 1, register: 'eax', mask: 0b1001 }, // CLOCKSOURCE, CLOCKSOURCE2
    config: 'CONFIG_KVM_GUEST',
    reference: 'arch/x86/kernel/kvmclock.c',
  },
  {
    id: 'clock-hyperv-page',
    title: "Hyper-V's reference TSC page",
    name: 'hyperv_clocksource_tsc_page',
    bits: { interface: 'hyperv', leaf: 3, register: 'eax', mask: 1 << 9 },
    config: 'CONFIG_HYPERV_TIMER',
    reference: 'Documentation/virt/hyperv/clocks.rst',
  },
  {
    id: 'clock-hyperv-msr',
    title: "Hyper-V's reference counter",
    name: 'hyperv_clocksource_msr',
    bits: { interface: 'hyperv', leaf: 3, register: 'eax', mask: 1 << 1 },
    config: 'CONFIG_HYPERV_TIMER',
    reference: 'Documentation/virt/hyperv/clocks.rst',
  },
  { id: 'clock-xen', title: "Xen's clock", name: 'xen', config: 'CONFIG_XEN', reference: 'arch/x86/xen/time.c' },
  { id: 'clock-tsc', title: "the processor's own counter", name: 'tsc', reference: 'arch/x86/kernel/tsc.c' },
  {
    id: 'clock-arm',
    title: "the architecture's counter",
    name: 'arch_sys_counter',
    reference: 'drivers/clocksource/arm_arch_timer.c',
  },
];

const fromCpuid = (interfaces: Interfaces, bits: ClockRow['bits']): { offered: boolean; evidence: string } | null => {
  const spoken = bits === undefined ? null : interfaces[bits.interface];
  const registers = bits === undefined ? undefined : spoken?.leaves.get(bits.leaf);
  if (bits === undefined || spoken === null || registers === undefined) return null;
  const offered = (registers[bits.register] & bits.mask) !== 0;
  const evidence = `${sourceAt(spoken.base, bits.leaf)} ${bits.register} ${offered ? 'has' : 'lacks'} 0x${bits.mask.toString(16)}`;
  return { offered, evidence };
};

export const clockOffers = async ({ guest, interfaces, kernel }: Ground): Promise<Offer[]> => {
  const listed = (await guest.text(`${FOLDER}/available_clocksource`))?.split(/\s+/) ?? null;
  const current = await guest.text(`${FOLDER}/current_clocksource`);
  return rows.map(row => {
    const bit = fromCpuid(interfaces, row.bits);
    const available = listed?.includes(row.name) ?? null;
    const lacks = available === false && row.config !== undefined && kernel.config(row.config) === 'n';
    return offerOf(row, {
      offered: available === true ? true : (bit?.offered ?? available),
      inUse: current === null ? null : current === row.name,
      // One that the kernel has and does not use is its own choice: it prefers the TSC where the hypervisor keeps that steady.
      missing: lacks && row.config !== undefined ? { kind: 'kernel', name: row.config } : null,
      evidence: [
        ...(bit === null ? [] : [bit.evidence]),
        ...(available === true ? [`${FOLDER}/available_clocksource lists ${row.name}`] : []),
        ...(current === null ? [] : [`${FOLDER}/current_clocksource is ${current}`]),
      ],
    });
  });
};
