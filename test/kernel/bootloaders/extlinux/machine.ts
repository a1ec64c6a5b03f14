/** A machine that extlinux booted by our script: a vendor's menu with two flavours, what `enlighten seal` put there, and the loader's core. */
import { readFileSync } from 'node:fs';
import { universalText } from '../../../../src/kernel/bootloaders/block/universal.ts';
import { formatVector } from '../../../../src/kernel/bootloaders/extlinux/auxiliary-data.ts';
import { menuText } from '../../../../src/kernel/bootloaders/extlinux/installed.ts';
import type { Contents } from '../../../detect/folder.ts';
import { blockOf, CLOUD, machine as grubMachine, plainArgs, UNIVERSAL } from '../grub/machine.ts';

export const FOLDER = '/boot/extlinux';
export const CORE = `${FOLDER}/ldlinux.sys`;
export const BLOCK = `${FOLDER}/enlighten.env`;
export const CONFIG = `${FOLDER}/extlinux.conf`;
export const MODULES = ['lua.c32', 'liblua.c32', 'libcom32.c32', 'dmi.c32', 'libgpl.c32', 'syslinux.c32'];
export const SOURCE = '/usr/lib/syslinux/modules/bios';

export const script = readFileSync(new URL('../../../../packaging/extlinux/enlighten.lua', import.meta.url), 'utf8');

const label = (release: string): string =>
  `LABEL ${release}\n  LINUX /boot/vmlinuz-${release}\n  INITRD /boot/initrd.img-${release}\n  APPEND ${plainArgs}\n`;

/** As a vendor wrote it. */
export const vendorMenu = `SERIAL 0 115200\nPROMPT 0\nTIMEOUT 10\nDEFAULT ${UNIVERSAL}\n${label(CLOUD)}${label(UNIVERSAL)}`;

/** A loader of some length, and the vector at its end. */
export const coreWith = (vector: Buffer | null = formatVector(new Map())): Buffer =>
  Buffer.concat([Buffer.alloc(3 * 512, 'core'), vector ?? Buffer.alloc(0)]);

export const extlinuxFiles = (): Record<string, string | Buffer> => ({
  [CONFIG]: `${vendorMenu}INCLUDE enlighten.conf\n`,
  [CORE]: coreWith(),
  [BLOCK]: blockOf('enlighten_seq=1', 'enlighten_mark=0', 'enlighten_end=1'),
  [`${FOLDER}/enlighten.cfg`]: universalText({
    kernel: `/boot/vmlinuz-${UNIVERSAL}`,
    initrd: `/boot/initrd.img-${UNIVERSAL}`,
    args: plainArgs,
  }),
  [`${FOLDER}/enlighten.conf`]: menuText(UNIVERSAL),
  [`${FOLDER}/enlighten.lua`]: script,
  '/usr/lib/enlighten/extlinux/enlighten.lua': script,
  '/usr/bin/chattr': '',
  ...Object.fromEntries(
    MODULES.flatMap(name => [
      [`${FOLDER}/${name}`, name],
      [`${SOURCE}/${name}`, name],
    ]),
  ),
});

export const machine = (): Contents & { files: Record<string, string | Buffer> } => {
  const { files, ...rest } = grubMachine();
  const others = Object.entries(files).filter(([path]) => !path.startsWith('/boot/grub/'));
  return {
    ...rest,
    files: {
      ...Object.fromEntries(others),
      ...extlinuxFiles(),
      '/proc/cmdline': `BOOT_IMAGE=/boot/vmlinuz-${UNIVERSAL} initrd=/boot/initrd.img-${UNIVERSAL} ${plainArgs} enlighten.entry=universal\n`,
    },
  };
};
