/** What a device is for, told from its modalias alone, so that it can be told before any driver is there. */
import type { Device } from './device.ts';

/** Formats: Documentation/driver-api and scripts/mod/file2alias.c. The first match counts. */
const kinds: { modalias: RegExp; class: Device['class'] }[] = [
  { modalias: /^pci:.*bc01/, class: 'storage' }, // PCI Code and ID Assignment: base class 01, mass storage
  { modalias: /^pci:.*bc02/, class: 'network' },
  // Virtio device types: Virtual I/O Device (VIRTIO) 1.2, section 5
  { modalias: /^virtio:d00000001v/, class: 'network' },
  { modalias: /^virtio:d00000002v/, class: 'storage' }, // block
  { modalias: /^virtio:d00000008v/, class: 'storage' }, // SCSI host
  { modalias: /^virtio:d0000001Av/, class: 'storage' }, // file system
  { modalias: /^virtio:d0000001Bv/, class: 'storage' }, // persistent memory
  // VMBus interface types as GUIDs in memory order: include/linux/hyperv.h
  { modalias: /^vmbus:635161f83edfc546913ff2d2f965ed0e/, class: 'network' },
  { modalias: /^vmbus:d96361baa104294db60572e2ffb1dc7f/, class: 'storage' }, // SCSI
  { modalias: /^vmbus:32264132cb86a2449b5c50d1417354f5/, class: 'storage' }, // IDE
  { modalias: /^vmbus:4acc9b2f6900f34ab76b6fd0be528cda/, class: 'storage' }, // Fibre Channel
  { modalias: /^xen:vif/, class: 'network' },
  { modalias: /^xen:(vbd|vscsi)/, class: 'storage' },
  // SCSI peripheral device types: SPC-5, table 147. Disk, CD-ROM, optical, reduced block, zoned block.
  { modalias: /^scsi:t-0x(00|05|07|0e|14)/, class: 'storage' },
  { modalias: /^usb:.*ic08/, class: 'storage' },
  { modalias: /^usb:.*ic02isc06/, class: 'network' }, // CDC Ethernet
  { modalias: /^mmc:block/, class: 'storage' },
];

export const classOf = (modalias: string): Device['class'] =>
  kinds.find(kind => kind.modalias.test(modalias))?.class ?? 'other';
