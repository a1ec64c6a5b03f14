import type { Hardware } from '../machine/qemu.ts';
import { vmwareHardware } from '../vmware.ts';

/** VMware's hardware around a small machine, with a disk that holds nothing. With `cpu: 'max,-hypervisor'` the kernel believes it unsigned. */
export const vmware: Partial<Hardware> = {
  ...vmwareHardware,
  extra: ['-device', 'pvscsi', '-drive', 'driver=null-co,size=64M,if=none,id=d0', '-device', 'scsi-hd,drive=d0'],
};
