/**
 * One image on three machines and back on the first: it was built on KVM, by device names, with a static address for a card that is called
 * otherwise on each of them. Root file system and address are there each time, in the very boot. The kernel for virtual machines is
 * confirmed on two of them and cannot even find the disk on the third: each begins on the one that boots everywhere. In the end undo gives
 * the vendor's bytes back.
 */
import assert from 'node:assert/strict';
import type { Detection } from '../../../src/detect/detection.ts';
import { grubDefault, inBoot, kernels, statusOf, waitForTrial } from '../agent.ts';
import { partitions, rootUuid } from '../image/layout.ts';
import { signedAs } from '../image/signature.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { ordinary } from '../machine/qemu.ts';
import { scenario } from '../scenario.ts';
import { vmwareHardware, vmwareSignature } from '../vmware.ts';

const fstab = `# by the vendor\n/dev/vda${partitions.root.number} /\text4\terrors=remount-ro 0 1\n`;
const address = '10.0.2.50/24';
const link = '/etc/systemd/network/70-enlighten-ens192.link';

const image = {
  files: {
    'etc/fstab': fstab,
    'etc/systemd/network/10-dhcp.network': `[Match]\nName=ens192\n\n[Network]\nAddress=${address}\nGateway=10.0.2.2\nLinkLocalAddressing=no\n`,
  },
};

const first = {
  disk: 'virtio-blk',
  card: 'virtio-net',
  machine: 'pc',
  program: ordinary.program,
  mac: '52:54:00:0e:11:16',
  smbios: ['type=1,manufacturer=QEMU,product=Standard PC,uuid=11111111-8f0e-4f3b-9a56-0b7f2d9a7c11'],
} as const;

const third = {
  disk: 'ahci',
  card: 'e1000',
  machine: 'pc',
  program: ordinary.program,
  mac: '08:00:27:0e:11:16',
  smbios: ['type=1,manufacturer=Example Machines,product=Model 2,uuid=33333333-8f0e-4f3b-9a56-0b7f2d9a7c11'],
} as const;

/** Root and address are where the vendor wanted them, and the agent knows what it did. */
const stands = async (vm: Machine): Promise<void> => {
  assert.equal(await vm.waitUntilUp(), 'running', 'no unit failed');
  assert.match(await vm.ok('ip -4 -oneline address show dev ens192'), new RegExp(address.replaceAll('.', '\\.')));
  assert.match(await vm.ok('ip route show default'), /via 10\.0\.2\.2 dev ens192/);
  assert.equal(await vm.ok('cat /sys/class/net/ens192/address'), vm.hardware.mac);
  assert.match(await vm.ok(`cat ${link}`), new RegExp(`^MACAddress=${vm.hardware.mac}$`, 'm'));
  assert.equal(await vm.ok('findmnt --noheadings --output UUID /'), rootUuid);
  assert.match(await vm.ok('cat /etc/fstab'), new RegExp(`^# by the vendor\nUUID=${rootUuid} /\text4\t`));
};

const persistent = async (vm: Machine): Promise<string[]> =>
  (await statusOf(vm)).applied
    .filter(({ lasts }) => lasts === 'persistent')
    .map(({ id }) => id)
    // VMware's balloon; the scenario `drivers` tells of modules.
    .filter(id => !id.startsWith('modules:'))
    .sort();
const everywhere = ['addresses:ens192', 'device-names:/etc/fstab', 'protection:apt'];

type Kernels = Awaited<ReturnType<typeof kernels>>;

/** The kernel for virtual machines comes up as a trial in this boot, and is confirmed. */
const confirmed = async (vm: Machine, boot: number, { generic, cloud }: Kernels): Promise<void> => {
  assert.equal(await inBoot(vm, boot), cloud);
  const { trial } = await waitForTrial(vm, 'confirmed');
  assert.deepEqual([trial.kernel, trial.previous, trial.attempts], [cloud, generic, 1]);
  await stands(vm);
  assert.equal(await grubDefault(vm), cloud);
  assert.deepEqual(await persistent(vm), [...everywhere, 'kernel'].sort());
};

/** Some trial that ended badly here, long ago. */
const verdict = { release: '6.1.0-1-cloud-amd64', hypervisor: 'qemu', cause: 'deadline', at: '2026-01-01T00:00:00Z' };
const plantVerdict = `sed -i 's|"verdicts":\\[\\]|"verdicts":[${JSON.stringify(verdict)}]|' /var/lib/enlighten/state.json`;
const verdictsOf = async (vm: Machine): Promise<unknown[]> =>
  (await vm.json<{ verdicts: unknown[] }>('cat /var/lib/enlighten/state.json')).verdicts;

/** Another machine than at the last boot: the kernel that boots everywhere, by itself, and nothing left of the old machine. */
const arrived = async (vm: Machine, boot: number, { generic }: Kernels): Promise<void> => {
  assert.equal(await inBoot(vm, boot), generic, 'what was confirmed elsewhere is not the default here');
  await stands(vm);
  // Not the status: what is done in the background after the boot looks anew, and these are told once.
  const told = await vm.ok('journalctl --quiet --boot --unit=enlighten.service --output=cat', limit.agent);
  assert.match(told, /machine: this is not the machine the state was written on/);
  assert.match(told, /addresses:ens192: it was made for another machine/);
  const { trial } = await statusOf(vm);
  assert.equal(trial.state, 'none');
  assert.equal(await grubDefault(vm), generic);
  assert.deepEqual(await verdictsOf(vm), []);
  assert.deepEqual(await persistent(vm), everywhere);
};

export default scenario(
  'move',
  { hardware: { ...first, smbios: [...first.smbios] }, image, tier: 'long' },
  async vm => {
    vm.start();
    const both = await kernels(vm);
    const { generic, cloud } = both;
    assert.equal(await inBoot(vm, 1), generic);
    await vm.console.waitFor(/enlighten: rebooting to try kernel/, limit.decision);
    await confirmed(vm, 2, both);
    await vm.ok(plantVerdict);
    assert.deepEqual(await verdictsOf(vm), [verdict]);
    await vm.powerOff();

    const smbios = vmwareHardware.smbios.map(strings => `${strings},uuid=22222222-8f0e-4f3b-9a56-0b7f2d9a7c11`);
    vm.start({ ...vmwareHardware, smbios, mac: '00:0c:29:0e:11:16', program: await signedAs(vmwareSignature) });
    await arrived(vm, 3, both);
    const { hypervisor } = await vm.json<Detection>('enlighten detect --json', limit.agent);
    assert.equal(hypervisor, 'vmware');
    await vm.ok('systemctl --no-block reboot');
    assert.equal(await inBoot(vm, 4), generic, 'GRUB has left its mark on this machine, too');
    await confirmed(vm, 5, both);
    await vm.ok('systemctl --no-block reboot');
    assert.equal(await inBoot(vm, 6), cloud);
    await stands(vm);
    const settled = await statusOf(vm);
    assert.deepEqual([settled.trial.state, settled.lastPass?.outcome], ['settled', 'unchanged']);
    await vm.powerOff();

    vm.start({ ...third, smbios: [...third.smbios] });
    await arrived(vm, 7, both);
    await vm.powerOff();

    vm.start({ ...first, smbios: [...first.smbios] });
    await arrived(vm, 8, both);
    await vm.ok('enlighten undo', limit.agent);
    assert.equal(await vm.ok('cat /etc/fstab; echo .'), `${fstab}.`, 'the very bytes');
    assert.equal(await vm.ok(`test ! -e ${link} && echo gone`), 'gone');
    assert.equal(vm.console.boots.length, 8, 'no reboot more');
  },
);
