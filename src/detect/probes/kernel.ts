/**
 * What the running kernel concluded when it read CPUID itself, early and with all privileges: its paravirtual clock sources,
 * and the buses whose devices only a real hypervisor can put there. Needs no module and no root, where cpuid(4) does.
 */
import type { Evidence, Hypervisor } from '../detection.ts';
import type { Probe } from './probe.ts';

const CLOCKS = '/sys/devices/system/clocksource/clocksource0/available_clocksource';

const clocks: Record<string, Hypervisor> = {
  'kvm-clock': 'kvm', // arch/x86/kernel/kvmclock.c
  hyperv_clocksource_tsc_page: 'hyperv', // drivers/clocksource/hyperv_timer.c
  hyperv_clocksource_msr: 'hyperv',
  xen: 'xen', // arch/x86/xen/time.c
};

/** Devices, not the bus: hv_vmbus registers its bus before it finds that nobody is there. */
const channels: Record<string, Hypervisor> = { vmbus: 'hyperv', xen: 'xen' };

export const kernel: Probe = async guest => {
  const seen: Evidence[] = [];
  const available = (await guest.text(CLOCKS))?.split(/\s+/) ?? [];
  for (const [clock, supports] of Object.entries(clocks)) {
    if (available.includes(clock)) seen.push({ probe: 'kernel', source: CLOCKS, value: clock, supports });
  }
  for (const [bus, supports] of Object.entries(channels)) {
    const source = `/sys/bus/${bus}/devices`;
    if ((await guest.list(source, 1)).length > 0)
      seen.push({ probe: 'kernel', source, value: 'has devices', supports });
  }
  return seen;
};
