/** A machine that systemd-boot started: Debian's kernel-install layout on /boot/efi, two flavours, and the variables the loader sets. */
import type { Contents } from '../../../detect/folder.ts';
import { CLOUD, UNIVERSAL } from '../grub/machine.ts';

export const ESP = '/boot/efi';
const TOKEN = '0123456789abcdef0123456789abcdef';
const PART = '5f0e9d6c-1111-4222-8333-444455556666';
export const ROOT_ARGS = 'root=UUID=0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e ro console=ttyS0';

export const variablePath = (name: string): string =>
  `/sys/firmware/efi/efivars/${name}-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f`;

export const variable = (text: string, attributes = 6): Buffer =>
  Buffer.concat([Buffer.from([attributes, 0, 0, 0]), Buffer.from(`${text}\0`, 'utf16le')]);

const features = (bits: number): Buffer => Buffer.from([6, 0, 0, 0, bits, 0, 0, 0, 0, 0, 0, 0]);

export const idOf = (release: string): string => `${TOKEN}-${release}`;
export const entryPath = (id: string): string => `${ESP}/loader/entries/${id}.conf`;
export const kernelOf = (release: string): string => `/${TOKEN}/${release}/linux`;
const initrdOf = (release: string): string => `/${TOKEN}/${release}/initrd.img-${release}`;

/** As kernel-install's 90-loaderentry writes it. */
const vendorEntry = (release: string): string =>
  [
    '# Boot Loader Specification type#1 entry',
    'title      Debian GNU/Linux 12 (bookworm)',
    `version    ${release}`,
    `machine-id ${TOKEN}`,
    'sort-key   debian',
    `options    ${ROOT_ARGS}`,
    `linux      ${kernelOf(release)}`,
    `initrd     ${initrdOf(release)}`,
    '',
  ].join('\n');

const kernelFiles = (release: string): Record<string, string> => ({
  [`/boot/vmlinuz-${release}`]: `kernel ${release}`,
  [`/boot/initrd.img-${release}`]: `initramfs ${release}`,
  [ESP + kernelOf(release)]: `kernel ${release}`,
  [ESP + initrdOf(release)]: `initramfs ${release}`,
  [entryPath(idOf(release))]: vendorEntry(release),
});

export const machine = (): Contents & { files: Record<string, string | Buffer> } => ({
  files: {
    ...kernelFiles(UNIVERSAL),
    ...kernelFiles(CLOUD),
    [`${ESP}/loader/loader.conf`]: `default ${idOf(UNIVERSAL)}.conf\ntimeout 3\n`,
    [`${ESP}/EFI/systemd/systemd-bootx64.efi`]: 'MZ',
    [variablePath('LoaderInfo')]: variable('systemd-boot 252.39-1~deb12u2'),
    [variablePath('LoaderEntrySelected')]: variable(`${idOf(UNIVERSAL)}.conf`),
    [variablePath('LoaderFeatures')]: features(0x7f),
    [variablePath('LoaderDevicePartUUID')]: variable(PART.toUpperCase()),
    '/usr/bin/chattr': '',
    '/run/udev/data/b254:2': `E:ID_PART_ENTRY_UUID=${PART}\n`,
    '/proc/cmdline': `initrd=\\${TOKEN}\\${UNIVERSAL}\\initrd.img-${UNIVERSAL} ${ROOT_ARGS}\n`,
    '/proc/self/mountinfo': [
      '22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro',
      '23 22 254:2 / /boot/efi rw,relatime shared:2 - vfat /dev/vda2 rw,fmask=0077',
      '24 22 0:30 / /sys/firmware/efi/efivars rw,nosuid shared:3 - efivarfs efivarfs rw',
      '',
    ].join('\n'),
  },
});

/** Without those, as a machine has them that this loader did not start. */
export const without = (...paths: string[]): Record<string, string | Buffer> =>
  Object.fromEntries(Object.entries(machine().files).filter(([path]) => !paths.includes(path)));

export const noFeatures = features(0b0011);
