/** The host's clock as a PTP clock, for chrony: known by the name the driver gives it (Documentation/ABI/testing/sysfs-ptp). */
import type { Hypervisor } from '../detection.ts';
import type { Ground } from './ground.ts';
import { type Offer, type OfferRow, offerOf } from './offer.ts';
import { type Driver, neededFor } from './running-kernel.ts';

interface PtpRow extends OfferRow {
  hypervisor: Hypervisor;
  clockName: string;
  driver: Driver;
}

const rows: readonly PtpRow[] = [
  {
    id: 'ptp-kvm',
    title: "the host's clock (ptp_kvm)",
    hypervisor: 'kvm',
    clockName: 'KVM virtual PTP',
    driver: { module: 'ptp_kvm', config: 'CONFIG_PTP_1588_CLOCK_KVM' },
    reference: 'drivers/ptp/ptp_kvm_common.c',
  },
  {
    id: 'ptp-hyperv',
    title: "the host's clock (ptp_hyperv)",
    hypervisor: 'hyperv',
    clockName: 'hyperv',
    driver: { module: 'hv_utils', config: 'CONFIG_HYPERV_UTILS' },
    reference: 'drivers/hv/hv_util.c',
  },
];

const MAX_CLOCKS = 64;

export const ptpOffers = async ({ guest, detection, kernel }: Ground): Promise<Offer[]> => {
  const clocks = new Map<string, string>();
  for (const clock of (await guest.list('/sys/class/ptp')).slice(0, MAX_CLOCKS)) {
    const name = await guest.text(`/sys/class/ptp/${clock}/clock_name`);
    if (name) clocks.set(name, clock);
  }
  return rows.map(row => {
    const clock = clocks.get(row.clockName);
    return offerOf(row, {
      // KVM has no feature bit for it: only the driver finds out, by asking.
      offered: clock !== undefined ? true : detection.hypervisor === row.hypervisor ? null : false,
      inUse: clock !== undefined,
      missing: neededFor(kernel, row.driver),
      evidence: clock === undefined ? [] : [`/sys/class/ptp/${clock}/clock_name is ${row.clockName}`],
    });
  });
};
