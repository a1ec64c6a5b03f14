import type { Hardware } from '../machine/qemu.ts';

const serial = 'VMware-42 1d aa 5c 3c 9f 53 1b-90 0a 2a 53 e8 5c c1 11';

/** VMware's firmware and its backdoor port. With `cpu: 'max,-hypervisor'` the kernel believes these two alone. */
export const vmware: Partial<Hardware> = {
  machine: 'pc,vmport=on',
  smbios: [`type=1,manufacturer=VMware,, Inc.,product=VMware Virtual Platform,serial=${serial}`],
};
