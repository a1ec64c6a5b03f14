/**
 * Modules and guest tools of a profile, on a machine of QEMU and then on one of VMware: what is loaded, kept out and set, at the boot that
 * finds it out and at the next, which finds nothing changed; of four guest tools the right one on. The image is made for one host, and
 * nothing is there that could make it another initramfs: the agent says so.
 */
import assert from 'node:assert/strict';
import { inBoot, journalOf, statusOf } from '../agent.ts';
import { signedAs } from '../image/signature.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { hostOnly, oneKernel } from '../one-kernel.ts';
import { scenario } from '../scenario.ts';
import { vmwareHardware, vmwareSignature } from '../vmware.ts';

const profile = `name: appliance
extends: qemu
match:
  hypervisor: [qemu]
modules:
  - load: [tcp_bbr]
    reason: the appliance wants it, and no device announces it
    reference: https://example.org/bbr
  - keepOut: [pcspkr]
    reason: nobody listens
    reference: https://example.org/beep
  - module: nvme_core
    parameter: io_timeout
    value: 4294967295
    reason: not loaded here, so it waits for its module
    reference: https://example.org/nvme
  - module: virtio_net
    parameter: napi_tx
    value: N
    reason: loaded already, so it changes at once
    reference: https://example.org/napi
`;

/** As Oracle's installer leaves it: enabled, and nothing in the unit keeps it away from other hypervisors. */
const guestAdditions = {
  '/usr/sbin/VBoxService': '#!/bin/sh\nexec sleep infinity\n',
  '/usr/lib/systemd/system/vboxadd-service.service':
    '[Service]\nExecStart=/bin/sh /usr/sbin/VBoxService\n\n[Install]\nWantedBy=multi-user.target\n',
};

const image = {
  packages: ['open-vm-tools', 'qemu-guest-agent', 'hyperv-daemons'],
  files: { '/etc/enlighten/profiles.d/appliance.yaml': profile, ...guestAdditions },
  prepare: [
    ...[oneKernel, hostOnly['initramfs-tools'], 'rm /usr/sbin/mkinitramfs'],
    'systemctl --quiet enable vboxadd-service.service',
  ].join('\n'),
};

const extra = [
  ...['-device', 'virtio-serial-pci', '-chardev', 'null,id=agent'],
  ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
  ...['-device', 'i6300esb', '-device', 'virtio-balloon-pci'],
];

interface Planned {
  steps: { id: string; desired: string; state: string; by: { code: string } | null }[];
}

/** How each step of a kind stands. */
const standings = async (vm: Machine, kind: string): Promise<Record<string, string>> => {
  const { steps } = await vm.json<Planned>('enlighten plan --json', limit.decision);
  const ours = steps.filter(({ id }) => id.startsWith(`${kind}:`));
  return Object.fromEntries(
    ours.map(({ id, desired, state, by }) => [id, [desired, state, by?.code].filter(Boolean).join(' ')]),
  );
};

const active = async (vm: Machine): Promise<string[]> => {
  const units = ['qemu-guest-agent', 'open-vm-tools', 'hv-kvp-daemon', 'vboxadd-service'];
  const { stdout } = await vm.run(
    `for unit in ${units.join(' ')}; do systemctl is-active --quiet $unit && echo $unit; done`,
  );
  return stdout.split('\n').filter(Boolean);
};

const loads = ['i6300esb', 'tcp_bbr'];

const asWished = async (vm: Machine): Promise<void> => {
  const loaded = (await vm.ok('cut -d" " -f1 /proc/modules')).split('\n');
  for (const module of [...loads, 'virtio_balloon', 'virtio_console', 'virtio_rng'])
    assert.ok(loaded.includes(module), module);
  assert.ok(!loaded.includes('pcspkr'));
  assert.equal(await vm.ok('cat /sys/module/virtio_net/parameters/napi_tx'), 'N');
  assert.equal(await vm.ok('modprobe nvme_core; cat /sys/module/nvme_core/parameters/io_timeout'), '4294967295');
  assert.deepEqual(await active(vm), ['qemu-guest-agent']);
  assert.equal(await vm.ok('systemctl is-enabled vboxadd-service || true'), 'masked-runtime');
};

const journal = 'sha256sum /var/lib/enlighten/journal.jsonl';

export default scenario('drivers', { hardware: { extra }, image, tier: 'long' }, async vm => {
  vm.start();
  await inBoot(vm, 1);
  assert.equal(await vm.waitUntilUp(), 'running');
  await asWished(vm);
  const modules = await standings(vm, 'modules');
  for (const module of loads) assert.equal(modules[`modules:load:${module}`], 'loaded satisfied');
  assert.equal(modules['modules:keep-out:pcspkr'], 'kept out satisfied');
  const tools = await standings(vm, 'tools');
  assert.deepEqual(tools, { 'tools:qemu': 'on satisfied', 'tools:virtualbox': 'off satisfied' });
  await vm.ok('until grep -q initramfs-no-builder /var/lib/enlighten/state.json; do sleep 2; done', limit.decision);
  assert.ok((await statusOf(vm)).notices.some(({ code }) => code === 'initramfs-no-builder'));
  const known = await vm.ok(`sync; ${journal}`);

  await vm.ok('systemctl --no-block reboot');
  await inBoot(vm, 2);
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal((await statusOf(vm)).lastPass?.outcome, 'unchanged');
  await asWished(vm);
  assert.equal(await vm.ok(journal), known, 'systemd has loaded them, and nobody had to do it again');
  assert.equal(
    await vm.ok('test ! -e /run/enlighten/background && echo none'),
    'none',
    'nothing is left for the background',
  );
  await vm.powerOff();

  const { machine, smbios } = vmwareHardware;
  vm.start({ machine, smbios, extra: [], program: await signedAs(vmwareSignature) });
  await inBoot(vm, 3);
  await vm.waitUntilUp();
  const records = await journalOf(vm);
  for (const module of loads) {
    const last = records.findLast(({ id }) => id === `modules:load:${module}`);
    // Where udev knew the device and was first, nothing was ours to do.
    const phase = module === 'tcp_bbr' ? last?.phase : (last?.phase ?? 'undone');
    assert.equal(phase, 'undone', `${module} was wished for on the other hypervisor`);
  }
  assert.doesNotMatch(await vm.ok('cat /etc/modprobe.d/enlighten-load.conf || true'), new RegExp(loads.join('|')));
  console.log('    on VMware:', await standings(vm, 'modules'));
  assert.deepEqual(await standings(vm, 'tools'), {
    'tools:vmware': 'on satisfied',
    'tools:virtualbox': 'off satisfied',
  });
  assert.equal(await vm.ok('systemctl show --property=ConditionResult --value open-vm-tools'), 'yes');
  assert.ok(!(await active(vm)).some(unit => unit !== 'open-vm-tools'), 'the others are off');
});
