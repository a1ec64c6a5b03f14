/** Brand is not bus: which drivers can work here follows from the buses that have devices, whoever made the hypervisor. */
import type { Evidence } from '../detection.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

const buses = ['pci', 'virtio', 'vmbus', 'xen', 'usb', 'scsi'] as const;

const sourceOf = (bus: string): string => `/sys/bus/${bus}/devices`;

export const busesProbe: Probe = async guest => {
  const seen: Evidence[] = [];
  for (const bus of buses) {
    if ((await guest.list(sourceOf(bus), 1)).length > 0) seen.push(informs('buses', sourceOf(bus), 'has devices'));
  }
  return seen;
};

/** The buses with devices, as this probe saw them. */
export const busesIn = (evidence: readonly Evidence[]): string[] =>
  buses.filter(bus => evidence.some(({ probe, source }) => probe === 'buses' && source === sourceOf(bus)));
