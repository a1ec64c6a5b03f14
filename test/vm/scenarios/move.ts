/**
 * One image on three machines and back on the first: it was built on KVM, by device names, with a static address for a card that is called
 * otherwise on each of them. Root file system and address are there each time, in the very boot; in the end undo gives the vendor's
 * bytes back.
 */
import assert from 'node:assert/strict';
import type { Detection } from '../../../src/detect/detection.ts';
import { inBoot, statusOf } from '../agent.ts';
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
    // Which kernel runs is the story of other scenarios.
    'etc/enlighten/enlighten.yaml': 'kernel: keep\n',
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
const stands = async (vm: Machine, boot: number): Promise<void> => {
  await inBoot(vm, boot);
  assert.equal(await vm.waitUntilUp(), 'running', 'no unit failed');
  assert.match(await vm.ok('ip -4 -oneline address show dev ens192'), new RegExp(address.replaceAll('.', '\\.')));
  assert.match(await vm.ok('ip route show default'), /via 10\.0\.2\.2 dev ens192/);
  assert.equal(await vm.ok('cat /sys/class/net/ens192/address'), vm.hardware.mac);
  assert.match(await vm.ok(`cat ${link}`), new RegExp(`^MACAddress=${vm.hardware.mac}$`, 'm'));
  assert.equal(await vm.ok('findmnt --noheadings --output UUID /'), rootUuid);
  assert.match(await vm.ok('cat /etc/fstab'), new RegExp(`^# by the vendor\nUUID=${rootUuid} /\text4\t`));
};

const codes = async (vm: Machine): Promise<string[]> => (await statusOf(vm)).notices.map(({ code }) => code);

export default scenario(
  'move',
  { hardware: { ...first, smbios: [...first.smbios] }, image, tier: 'long' },
  async vm => {
    vm.start();
    await stands(vm, 1);
    assert.deepEqual(
      (await statusOf(vm)).applied.filter(({ lasts }) => lasts === 'persistent').map(({ id }) => id),
      ['device-names:/etc/fstab', 'addresses:ens192', 'protection:apt'],
    );

    await vm.ok('systemctl --no-block reboot');
    await stands(vm, 2); // udev has named the card before the agent looked
    await vm.ok('systemctl --no-block reboot');
    await stands(vm, 3);
    assert.equal((await statusOf(vm)).lastPass?.outcome, 'unchanged');
    await vm.powerOff();

    const smbios = vmwareHardware.smbios.map(strings => `${strings},uuid=22222222-8f0e-4f3b-9a56-0b7f2d9a7c11`);
    vm.start({ ...vmwareHardware, smbios, mac: '00:0c:29:0e:11:16', program: await signedAs(vmwareSignature) });
    await stands(vm, 4);
    const { hypervisor } = await vm.json<Detection>('enlighten detect --json', limit.agent);
    assert.equal(hypervisor, 'vmware');
    for (const code of ['machine-changed', 'left-behind']) assert.ok((await codes(vm)).includes(code), code);
    await vm.powerOff();

    vm.start({ ...third, smbios: [...third.smbios] });
    await stands(vm, 5);
    assert.ok((await codes(vm)).includes('machine-changed'));
    await vm.powerOff();

    vm.start({ ...first, smbios: [...first.smbios] });
    await stands(vm, 6);

    await vm.ok('enlighten undo', limit.agent);
    assert.equal(await vm.ok('cat /etc/fstab; echo .'), `${fstab}.`, 'the very bytes');
    assert.equal(await vm.ok(`test ! -e ${link} && echo gone`), 'gone');
  },
);
