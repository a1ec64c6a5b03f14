/** What a machine shows on which a kernel can be started by kexec; and GRUB on LVM beside it, which reads and cannot write. */
import { CLOUD, machine as grubMachine, plainArgs, UNIVERSAL } from '../grub/machine.ts';

export type Files = Record<string, string | Buffer>;

export const kexecFiles: Files = {
  '/sbin/kexec': '',
  '/lib/systemd/system/kexec.target': '',
  '/sys/kernel/kexec_loaded': '0\n',
  '/proc/sys/kernel/kexec_load_disabled': '0\n',
  '/proc/sys/kernel/osrelease': `${UNIVERSAL}\n`,
  [`/boot/config-${UNIVERSAL}`]: 'CONFIG_KEXEC=y\nCONFIG_KEXEC_FILE=y\nCONFIG_KEXEC_SIG=y\n',
  '/sys/kernel/security/lockdown': '[none] integrity confidentiality\n',
};

/** As our custom.cfg starts the universal kernel. */
export const saidSo = `BOOT_IMAGE=/boot/vmlinuz-${UNIVERSAL} ${plainArgs} enlighten.entry=universal\n`;

export const onLvm: Files = {
  '/sys/dev/block/254:1/dm/name': 'vg-root\n',
  '/proc/cmdline': saidSo,
};

/** GRUB's machine with these changes; kexec possible. */
export const machine = (more: Files = {}): { files: Files; folders: string[] } => {
  const { files, folders = [] } = grubMachine();
  return { folders, files: { ...files, ...kexecFiles, ...more } };
};

export const cloudKernel = {
  release: CLOUD,
  flavour: 'cloud',
  universal: false,
  image: `/boot/vmlinuz-${CLOUD}`,
  initramfs: `/boot/initrd.img-${CLOUD}`,
  modules: `/usr/lib/modules/${CLOUD}`,
};
