/**
 * A first boot on everything an appliance's root file system may stand on where GRUB can write beside it; what it cannot write on is
 * kexec.ts, and other boot loaders are loaders.ts. The disks and cards take turns.
 */
import assert from 'node:assert/strict';
import { inBoot, kernels, statusOf, waitForTrial } from '../agent.ts';
import { limit } from '../limits.ts';
import type { Hardware } from '../machine/qemu.ts';
import { type Setup, scenario } from '../scenario.ts';

interface Kind {
  image: NonNullable<Setup['image']>;
  hardware: Partial<Hardware>;
  /** Prints what it is known by, and what that is. */
  ask: string;
  answer: RegExp;
}

const kinds: Record<string, Kind> = {
  dracut: {
    image: { on: { initramfs: 'dracut' } },
    hardware: { disk: 'nvme' },
    ask: 'journalctl -b -o cat | grep -m 1 dracut',
    answer: /dracut/,
  },
  trixie: {
    image: { on: { suite: 'trixie' } },
    hardware: { disk: 'virtio-scsi', card: 'vmxnet3' },
    ask: 'cat /etc/debian_version',
    answer: /^13/,
  },
  // kexec is there, and as Debian installs it every reboot is one, past the boot loader: a trial that GRUB starts goes through it all the same.
  luks: {
    image: { on: { root: 'luks' }, packages: ['kexec-tools'], prepare: 'grep ^LOAD_KEXEC=true /etc/default/kexec' },
    hardware: {},
    ask: 'findmnt --noheadings --output SOURCE,FSTYPE /; cryptsetup status root',
    answer: /mapper\/root +ext4\n(.|\n)*type: +LUKS1/,
  },
};

/** Past the moment at which a trial without a root file system is reset (packaging/initramfs/trial.sh): this one has its own. */
const outlived = `while read -r up _ < /proc/uptime && [ "\${up%.*}" -lt 340 ]; do sleep 5; done`;

export default Object.entries(kinds).map(([name, { image, hardware, ask, answer }]) =>
  scenario(`first-boot-${name}`, { tier: 'long', image, hardware }, async vm => {
    vm.start();
    const { generic, cloud } = await kernels(vm);
    assert.equal(await vm.waitForBoot(1), generic);
    assert.match(await vm.ok(ask), answer);
    await vm.console.waitFor(/enlighten: rebooting to try kernel/, limit.decision);
    assert.equal(await inBoot(vm, 2), cloud);
    assert.match(await vm.ok('cat /proc/cmdline'), /^BOOT_IMAGE=\S+ root=.* enlighten\.trial=/);
    const { trial, notices } = await waitForTrial(vm, 'confirmed');
    assert.deepEqual([trial.by, trial.kernel, trial.previous, notices], ['firmware', cloud, generic, []]);
    assert.match(await vm.ok('ip -4 -brief address show scope global'), /UP +10\.0\.2\.15/);
    await vm.ok(outlived, limit.decision);
    assert.equal(vm.console.boots.length, 2, 'who lives is not reset');

    await vm.cut();
    vm.start();
    assert.equal(await inBoot(vm, 3), cloud, 'confirmed, it is the default');
    assert.equal(await vm.waitUntilUp(), 'running');
    assert.equal((await statusOf(vm)).trial.state, 'settled');
  }),
);
