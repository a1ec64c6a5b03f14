import type { Hardware } from '../machine/qemu.ts';

const serial = 'VMware-42 1d aa 5c 3c 9f 53 1b-90 0a 2a 53 e8 5c c1 11';

/** VMware's firmware, its backdoor port, its disks and its card. With `cpu: 'max,-hypervisor'` the kernel believes the first two alone. */
export const vmware: Partial<Hardware> = {
  machine: 'pc,vmport=on',
  card: 'vmxnet3',
  smbios: [`type=1,manufacturer=VMware,, Inc.,product=VMware Virtual Platform,serial=${serial}`],
  extra: ['-device', 'pvscsi', '-drive', 'driver=null-co,size=64M,if=none,id=d0', '-device', 'scsi-hd,drive=d0'],
};
