/**
 * Paravirtual, emulated or passed through: the first that answers, from the surest to the vaguest.
 *
 * 1. A device that this guest itself split off another (SR-IOV inside a guest) is what that one is.
 * 2. Everything behind a bus for passed-through devices is: Hyper-V and Xen PV have one of their own.
 * 3. Ids that exist for guests alone.
 * 4. Imitations: signed ones before ids that are also real cards.
 * 5. In a guest, hardware that nobody imitates.
 * 6. Children without ids of their own are what their controller is.
 */
import type { Detection } from '../detection.ts';
import { vmbus } from '../vmbus.ts';
import { emulated } from './emulated.ts';
import { hardware } from './hardware.ts';
import type { JudgedNature, NatureRow } from './nature.ts';
import { paravirtual } from './paravirtual.ts';
import { madeByHypervisor } from './targets.ts';

/** What is asked about one device. */
export interface Subject {
  modalias: string;
  /** Modaliases of the devices above it, nearest first. */
  above: readonly string[];
  /** Modalias of the device of which it is a virtual function, seen from inside this guest; null for all others. */
  functionOf: string | null;
  /** INQUIRY names of a SCSI target; null for all others. */
  target: { vendor: string; model: string } | null;
}

export type Verdict = Pick<Detection, 'virtualized' | 'hypervisor'>;

const passThroughBuses: { modalias: RegExp; judged: JudgedNature }[] = [
  {
    modalias: vmbus('44c4f61d-4444-4400-9d52-802e27ede19f'),
    judged: {
      nature: 'passed-through',
      because: "behind Hyper-V's PCI pass-through",
      reference: 'include/linux/hyperv.h (HV_PCIE_GUID)',
    },
  },
  {
    modalias: /^xen:pci$/,
    judged: { nature: 'passed-through', because: "behind Xen's pcifront", reference: 'drivers/pci/xen-pcifront.c' },
  },
];

/** USB root hubs, input devices and serio ports bear the kernel's ids, not their maker's. */
const carriers = /^(usb:v1D6Bp|hid:|serio:|input:)/;

const inTable = (rows: readonly NatureRow[], modalias: string, { hypervisor }: Verdict): JudgedNature | null => {
  const row = rows.find(({ modalias: pattern, on }) => pattern.test(modalias) && (on?.includes(hypervisor) ?? true));
  return row === undefined ? null : { nature: row.nature, because: row.because, reference: row.reference };
};

const byIds = (modalias: string, verdict: Verdict): JudgedNature | null =>
  inTable(paravirtual, modalias, verdict) ??
  inTable(emulated, modalias, verdict) ??
  (verdict.virtualized ? inTable(hardware, modalias, verdict) : null);

/** Of one that has no maker's ids: what the nearest device above is that anything is known of. */
const byController = ({ modalias, above, target }: Subject, verdict: Verdict): JudgedNature | null => {
  const carried = carriers.test(modalias) || (target !== null && madeByHypervisor(target.vendor, target.model));
  if (!carried) return null;
  for (const controller of above) {
    const judged = byIds(controller, verdict);
    if (judged !== null) return { ...judged, because: `behind ${judged.because}` };
  }
  return null;
};

/** Pure. Null is unknown, and on bare metal nearly everything: there the question has no meaning. */
export const natureOf = (subject: Subject, verdict: Verdict): JudgedNature | null => {
  if (subject.functionOf !== null) return byIds(subject.functionOf, verdict);
  const bus = passThroughBuses.find(({ modalias }) => subject.above.some(controller => modalias.test(controller)));
  return bus?.judged ?? byIds(subject.modalias, verdict) ?? byController(subject, verdict);
};
