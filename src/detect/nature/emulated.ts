/** Imitations. Ids that exist as hardware too count only on hypervisors known to make them; a signed imitation counts in any guest. */
import type { Hypervisor } from '../detection.ts';
import { type NatureRow, pci, pciSubsystem } from './nature.ts';

const nature = 'emulated';
const QEMU_IDS = 'QEMU, docs/specs/pci-ids.rst';
const PCI_IDS = 'The PCI ID database';

const guests: readonly Hypervisor[] = [
  'kvm',
  'qemu',
  'xen',
  'hyperv',
  'vmware',
  'virtualbox',
  'parallels',
  'bhyve',
  'acrn',
  'apple',
  'lkvm',
];

/** Signed: the subsystem is the imitator's, whatever card it imitates. */
const signed: NatureRow[] = [
  { nature, modalias: pciSubsystem('1AF4', '1100'), because: 'hardware as QEMU imitates it', reference: QEMU_IDS },
  { nature, modalias: pciSubsystem('15AD'), because: 'hardware as VMware imitates it', reference: PCI_IDS },
  { nature, modalias: pciSubsystem('80EE'), because: 'hardware as VirtualBox imitates it', reference: PCI_IDS },
  { nature, modalias: pciSubsystem('1AB8'), because: 'hardware as Parallels imitates it', reference: PCI_IDS },
  { nature, modalias: pciSubsystem('5853'), because: "hardware as Xen's device model imitates it", reference: PCI_IDS },
];

/** Ids that a hypervisor's vendor gave to a device of a standard kind: VGA, AHCI, NVMe, xHCI, bridges. */
const own: NatureRow[] = [
  { nature, modalias: pci('1B36'), because: "a standard device of QEMU's own making", reference: QEMU_IDS },
  { nature, modalias: pci('1234', '1111'), because: "QEMU's VGA", reference: 'drivers/gpu/drm/tiny/bochs.c' },
  { nature, modalias: pci('15AD'), because: "a standard device of VMware's own making", reference: PCI_IDS },
  { nature, modalias: pci('80EE'), because: "a standard device of VirtualBox's own making", reference: PCI_IDS },
  { nature, modalias: pci('1AB8'), because: "a standard device of Parallels' own making", reference: PCI_IDS },
  {
    nature,
    modalias: pci('1414', '5353'),
    because: "Hyper-V's VGA",
    reference: 'drivers/video/fbdev/hyperv_fb.c (PCI_DEVICE_ID_HYPERV_VIDEO)',
  },
  { nature, modalias: pci('1D0F', '8250'), because: "Amazon's serial port", reference: PCI_IDS },
  {
    nature,
    modalias: pci('8086', '5845'),
    because: "QEMU's NVMe with the id it borrowed",
    reference: 'QEMU, hw/nvme/ctrl.c',
  },
  {
    nature,
    modalias: /^usb:v(0627|46F4|80EE|0E0F|203A)p/,
    because: 'a USB device of a hypervisor',
    reference: 'The USB ID database: Adomax (QEMU), QEMU, VirtualBox, VMware, Parallels',
  },
];

/** Cards and chipsets of the last century's PCs, which hypervisors imitate to the letter: here the verdict is asked. */
const imitated: NatureRow[] = [
  {
    nature,
    modalias: pci('8086', '100[4EF]'),
    on: guests,
    because: 'an Intel PRO/1000 (e1000) in a guest',
    reference: 'QEMU, hw/net/e1000.c; VirtualBox user manual, 6.1; VMware knowledge base 1001805',
  },
  {
    nature,
    // Every real card has a subsystem; QEMU's has none.
    modalias: /^pci:v00008086d000010D3sv00008086sd00000000/,
    on: guests,
    because: 'an Intel 82574L (e1000e) in a guest',
    reference: 'QEMU, hw/net/e1000e.c (subsys 0)',
  },
  {
    nature,
    modalias: pci('8086', '1237|7000|7010|7020|711[0-3]|719[0-2]'),
    on: guests,
    because: 'the chipset of a PC of 1996 (440FX, 440BX, PIIX) in a guest',
    reference: 'QEMU, hw/pci-host/i440fx.c; Hyper-V generation 1',
  },
  {
    nature,
    modalias: pci('8086', '29C0|2918|2922|2930|293[4-9ACE]|2415|265C|2668|2829|1E31|25AB|3420'),
    on: guests,
    because: 'the chipset of a PC of 2007 (Q35, ICH6 to ICH9) in a guest',
    reference: 'QEMU, hw/pci-host/q35.c; VirtualBox user manual, 3.5.1',
  },
  {
    nature,
    modalias: pci('1013', '00B8'),
    on: guests,
    because: 'a Cirrus VGA in a guest',
    reference: 'QEMU, hw/display/cirrus_vga.c',
  },
  {
    nature,
    modalias: pci('1011', '0009'),
    on: ['hyperv'],
    because: "Hyper-V's legacy network adapter (DEC 21140)",
    reference: 'Hyper-V generation 1',
  },
  {
    nature,
    modalias: pci('1022', '2000'),
    on: ['vmware', 'virtualbox', 'qemu', 'kvm'],
    because: 'an AMD PCnet in a guest',
    reference: 'QEMU, hw/net/pcnet-pci.c; VirtualBox user manual, 6.1',
  },
  {
    nature,
    modalias: pci('1000', '0030|0054'),
    on: ['vmware', 'virtualbox'],
    because: 'LSI Logic SCSI or SAS as these two imitate it',
    reference: 'VMware knowledge base 1010398; VirtualBox user manual, 5.1',
  },
  {
    nature,
    modalias: pci('104B', '1040'),
    on: ['vmware', 'virtualbox'],
    because: 'a BusLogic in a guest',
    reference: PCI_IDS,
  },
  {
    nature,
    modalias: pci('1274', '1371'),
    on: ['vmware'],
    because: 'an ES1371 sound card in a guest',
    reference: PCI_IDS,
  },
  {
    nature,
    modalias: pci('106B', '003F'),
    on: ['virtualbox', 'qemu', 'kvm'],
    because: 'an OHCI in a guest',
    reference: PCI_IDS,
  },
  {
    nature,
    modalias: /^acpi:PNP0(303|F13|501|400|700|B00):/,
    on: guests,
    because: "a PC's legacy port or clock in a guest",
    reference: 'Plug and Play ids of the ACPI registry',
  },
];

export const emulated: readonly NatureRow[] = [...signed, ...own, ...imitated];
