/**
 * Disks and drives that a hypervisor makes up: behind whatever controller, they are what their controller is. A SCSI target with another
 * name may be a real one that was handed through, or a disk whose name was configured: that stays unknown.
 * The names are the vendor and product of the INQUIRY data, as sysfs shows them.
 */
const made: { vendor: RegExp; model: RegExp }[] = [
  { vendor: /^QEMU$/, model: /^QEMU / }, // QEMU, hw/scsi/scsi-disk.c
  { vendor: /^VMware,?$/, model: /^(VMware )?Virtual / }, // open-vm-tools, udev/99-vmware-scsi-udev.rules
  { vendor: /^NECVMWar$/, model: /^VMware / }, // VMware's IDE and SATA CD drives
  { vendor: /^Msft$/, model: /^Virtual (Disk|DVD-ROM|CD)/ }, // Hyper-V
  { vendor: /^VBOX$/, model: /^(HARDDISK|CD-ROM)/ },
  { vendor: /^Google$/, model: /^(PersistentDisk|EphemeralDisk)/ },
  { vendor: /^NUTANIX$/, model: /^VDISK/ },
  { vendor: /^ATA$/, model: /^(QEMU HARDDISK|VMware Virtual|VBOX HARDDISK|Virtual HD)/ }, // libata gives ATA disks this vendor
];

/** Whether the hypervisor made this target. */
export const madeByHypervisor = (vendor: string, model: string): boolean =>
  made.some(row => row.vendor.test(vendor) && row.model.test(model));
