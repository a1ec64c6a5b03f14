/**
 * GRUB's machine with everything that steps besides the kernel's change: a disk by its name in fstab, a card under another name than the
 * configuration's, an initramfs that lacks a driver, and modules' parameters.
 */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { archiveOf, compressedWith, INITRAMFS, initramfsFiles, linkTo, put } from '../../kernel/machine.ts';
import { card } from '../../network/machine.ts';
import { text } from '../names.ts';
import { grub } from './grub.ts';
import type { Kind } from './kind.ts';

const profile = `name: vendor
extends: kvm
match:
  hypervisor: [kvm]
initramfs:
  - drivers: [raid1]
    reason: The data lies on a mirror.
    reference: https://docs.kernel.org/admin-guide/md.html
modules:
  - module: virtio_net
    parameter: napi_tx
    value: "0"
    reason: Set while it is loaded.
    reference: https://docs.kernel.org/networking/index.html
  - module: xfs
    parameter: bug_on_assert
    value: "1"
    reason: Waits for its loading.
    reference: https://docs.kernel.org/admin-guide/xfs.html
  - keepOut: [pata_acpi]
    reason: Nothing to drive here.
    reference: https://docs.kernel.org/driver-api/libata.html
`;

const NET = '/sys/class/net';
const PARAMETER = '/sys/module/virtio_net/parameters/napi_tx';
const LINKS = '/etc/systemd/network';
const WANTS = '/etc/systemd/system/multi-user.target.wants';

/** udev gives the only card the name a .link file has for it, at the boot or when it is told of the card anew. */
const nameCard = (root: string): void => {
  const [before = ''] = readdirSync(root + NET).filter(name => name !== 'lo');
  const link = readdirSync(root + LINKS).find(name => name.endsWith('.link'));
  const name = link === undefined ? 'ens3' : (/^Name=(.*)$/m.exec(text(root, `${LINKS}/${link}`))?.[1] ?? 'ens3');
  if (before !== name) renameSync(`${root}${NET}/${before}`, `${root}${NET}/${name}`);
};

const initramfs = (...without: string[]): Buffer => {
  const files = Object.entries(initramfsFiles()).filter(
    ([path]) => !without.some(name => path.endsWith(`/${name}.ko`)),
  );
  return compressedWith('zstd', archiveOf(Object.fromEntries(files)));
};

export const livedIn: Kind = {
  ...grub,
  name: 'a machine with more to change',
  prepare(root) {
    grub.prepare(root);
    card(root, { name: 'ens3', mac: '52:54:00:12:34:56' });
    const files: Record<string, string | Buffer> = {
      '/etc/fstab': '# by the vendor\n/dev/vda1 / ext4 errors=remount-ro 0 1\n',
      [`${LINKS}/10-lan.network`]: '[Match]\nName=ens192\n\n[Network]\nDNS=192.0.2.1\n',
      '/etc/enlighten/profiles.d/vendor.yaml': profile,
      '/etc/initramfs-tools/modules': '# by the vendor\n',
      '/usr/lib/systemd/systemd-udevd': '',
      '/usr/sbin/mkinitramfs': '',
      '/sys/class/block/vda1/dev': '254:1\n',
      [PARAMETER]: 'Y\n',
      [INITRAMFS]: initramfs('raid1'),
    };
    for (const [path, content] of Object.entries(files)) put(root, path, content);
    linkTo(root, `${WANTS}/systemd-networkd.service`, '/usr/lib/systemd/system/systemd-networkd.service');
  },
  keeps: [...grub.keeps, `${INITRAMFS}.enlighten`, `${INITRAMFS}.enlighten-new`],
  boot(root) {
    if (existsSync(root + PARAMETER)) put(root, PARAMETER, 'Y\n');
    nameCard(root);
    return grub.boot(root);
  },
  complete: () => initramfs(),
  udev: nameCard,
};
