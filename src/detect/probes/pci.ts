/** PCI devices that only one hypervisor makes and no other imitates: vmxnet3 and virtio prove nothing, QEMU has them all. */
import type { Evidence, Hypervisor } from '../detection.ts';
import type { Probe } from './probe.ts';

const DEVICES = '/sys/bus/pci/devices';
/** A machine has tens; the limit is for folders somebody filled. */
const MAX_DEVICES = 1024;

const makers: { starts: string; supports: Hypervisor }[] = [
  { starts: 'pci:v000080EEd0000CAFE', supports: 'virtualbox' }, // VirtualBox guest service (VBoxGuest)
];

export const pci: Probe = async guest => {
  const seen: Evidence[] = [];
  for (const id of await guest.list(DEVICES, MAX_DEVICES)) {
    const source = `${DEVICES}/${id}/modalias`;
    const modalias = (await guest.text(source)) ?? '';
    const maker = makers.find(({ starts }) => modalias.startsWith(starts));
    if (maker) seen.push({ probe: 'pci', source, value: modalias, supports: maker.supports });
  }
  return seen;
};
