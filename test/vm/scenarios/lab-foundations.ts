/** Every kind of image boots, without our package: what the loaders' and the disks' scenarios stand on. */
import assert from 'node:assert/strict';
import type { Foundation } from '../image/foundation.ts';
import type { Hardware } from '../machine/qemu.ts';
import { scenario } from '../scenario.ts';

interface Kind {
  on: Partial<Foundation>;
  hardware?: Partial<Hardware>;
  /** Prints what it is known by, and what that is. */
  ask: string;
  answer: RegExp;
}

const root = 'findmnt --noheadings --output SOURCE,FSTYPE /';
const loader = 'tr -d "\\000" < /sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';

const kinds: Record<string, Kind> = {
  'lab-uefi': { on: {}, hardware: { firmware: 'uefi' }, ask: 'ls -d /sys/firmware/efi', answer: /efi/ },
  'lab-systemd-boot': {
    on: { loader: 'systemd-boot' },
    hardware: { firmware: 'uefi' },
    ask: loader,
    answer: /systemd-boot/,
  },
  'lab-extlinux': { on: { loader: 'extlinux' }, ask: 'cat /proc/cmdline', answer: /BOOT_IMAGE=\/boot\/vmlinuz/ },
  'lab-lvm': { on: { root: 'lvm' }, ask: root, answer: /lab-root +ext4/ },
  'lab-btrfs': { on: { root: 'btrfs' }, ask: root, answer: /vda3 +btrfs/ },
  'lab-md': { on: { root: 'md' }, ask: root, answer: /md\d+ +ext4/ },
  'lab-dracut': { on: { initramfs: 'dracut' }, ask: 'journalctl -b -o cat', answer: /dracut/ },
  'lab-trixie': { on: { suite: 'trixie' }, ask: 'cat /etc/debian_version', answer: /^13/ },
};

export default Object.entries(kinds).map(([name, { on, hardware = {}, ask, answer }]) =>
  scenario(name, { tier: 'long', agent: false, image: { on }, hardware }, async vm => {
    vm.start();
    assert.equal(await vm.waitUntilUp(), 'running');
    assert.match(await vm.ok(ask), answer);
    assert.match(await vm.ok('ip -4 -brief address show scope global'), /UP +10\.0\.2\.15/);
    await vm.powerOff();
  }),
);
