/**
 * Tuning where it is real: every profile there is, applied and undone, and not a value of the kernel's left behind; what is plugged in later;
 * the programs that tune beside us; the move to another hypervisor.
 */
import assert from 'node:assert/strict';
import type { PlanJson } from '../../../src/pass/plan-json.ts';
import { inBoot, statusOf } from '../agent.ts';
import { signedAs } from '../image/signature.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { ordinary } from '../machine/qemu.ts';
import { oneKernel } from '../one-kernel.ts';
import { scenario } from '../scenario.ts';
import { vmwareHardware, vmwareSignature } from '../vmware.ts';

const settings = '/etc/enlighten/enlighten.yaml';
const kinds = ['sysctl', 'sysfs', 'block', 'network', 'udev', 'units', 'clock'];

type Steps = PlanJson['steps'];

const stepsOf = async (vm: Machine): Promise<Steps> =>
  (await vm.json<PlanJson>('enlighten plan --json', limit.agent)).steps.filter(({ kind }) => kinds.includes(kind));

const withState = (steps: Steps, ...states: string[]): string[] =>
  steps.filter(({ state }) => states.includes(state)).map(({ id }) => id);

/** Every value that somebody may set, in a file of the guest; but what the kernel itself writes, and what only acts. */
const values = (file: string): string => `
{ find /proc/sys /sys/kernel/mm /sys/power -type f -perm /0222
  for it in /sys/block/* /sys/class/net/*; do find $it/ -type f -perm /0222; done
} | grep -v -e ns_last_pid -e /random/ -e /power/ -e uevent -e drop_caches | sort | xargs grep -asH '' > ${file}
wc --lines < ${file}`;

const asBefore = async (vm: Machine, what: string): Promise<void> => {
  await vm.ok(values('/run/values.after'), limit.decision);
  assert.equal(await vm.ok('diff /run/values.before /run/values.after || true'), '', `${what} leaves a trace`);
};

interface Listed {
  profiles: { name: string; match: { workload?: string[] } | null }[];
}

/** The settings a deployer would make for each profile, and for each workload on top of the one that holds here. */
const wishes = async (vm: Machine): Promise<string[]> => {
  const { profiles } = await vm.json<Listed>('enlighten profiles list --json', limit.agent);
  return profiles.map(({ name, match }) => (match?.workload ? `workload: ${name}` : `profile: ${name}`));
};

/** As a vendor would write them: what the built-in profiles have no verified line for. */
const profile = `name: appliance
extends: qemu
match:
  hypervisor: [qemu]
network:
  - driver: [virtio_net]
    tx_queue_len: 2000
    rps_cpus: "1"
    gro: off
    reason: many small packets
    reference: https://docs.kernel.org/networking/scaling.html
clock:
  - ptp: "000000000000"
    options: poll 2
    reason: the card has a clock
    reference: https://docs.kernel.org/driver-api/ptp.html
units:
  - unit: shop.service
    MemoryHigh: = memory / 2
    CPUAffinity: 0
    reason: the shop is what this appliance is for
    reference: https://www.freedesktop.org/software/systemd/man/latest/systemd.resource-control.html
`;

const shop = '[Service]\nExecStart=/bin/sleep infinity\n\n[Install]\nWantedBy=multi-user.target\n';

const image = {
  packages: ['chrony', 'ethtool', 'irqbalance'],
  files: {
    [settings]: 'kernel: keep\n',
    '/etc/enlighten/profiles.d/appliance.yaml': profile,
    '/etc/systemd/system/shop.service': shop,
  },
  prepare: [oneKernel, 'systemctl --quiet enable shop.service'].join('\n'),
};

/** Room for memory that is plugged in, and a second card, for its clock, which e1000e names before it knows the card's address. */
const extra = [
  ...['-m', 'slots=2,maxmem=4G'],
  ...['-netdev', 'user,id=second,restrict=on'],
  ...['-device', 'e1000e,netdev=second,mac=52:54:00:0e:11:17'],
];

/** What the profile wishes for, in the kernel and in the programs themselves. */
const tuned = async (vm: Machine): Promise<void> => {
  assert.equal(await vm.ok('cat /proc/sys/vm/swappiness'), '30');
  assert.match(await vm.ok('cat /sys/block/vda/queue/scheduler'), /\[none\]/);
  const card = await vm.ok('basename $(dirname $(grep -l 52:54:00:0e:11:16 /sys/class/net/*/address))');
  const set = await vm.ok(`cd /sys/class/net/${card}; cat tx_queue_len queues/rx-0/rps_cpus`);
  assert.equal(set, '2000\n1');
  assert.match(await vm.ok(`ethtool --show-features ${card}`), /^generic-receive-offload: off$/m);
  const memory = Number(await vm.ok(`awk '/^MemTotal/ { print $2 * 1024 }' /proc/meminfo`));
  const high = Number(await vm.ok('systemctl show --property=MemoryHigh --value shop.service'));
  assert.ok(Math.abs(high - memory / 2) <= 4096, `MemoryHigh ${high} of ${memory}`);
  assert.equal(await vm.ok('taskset --cpu-list --pid $(pgrep --full "sleep infinity") | sed "s/.*: //"'), '0');
};

export default [
  scenario('tuning-profiles', { tier: 'long', image, hardware: { extra } }, async vm => {
    vm.start();
    await inBoot(vm, 1);
    assert.equal(await vm.waitUntilUp(), 'running');
    await vm.ok('enlighten undo', limit.agent);
    console.log(`    ${await vm.ok(values('/run/values.before'), limit.decision)} values`);
    for (const wish of await wishes(vm)) {
      await vm.write(settings, `kernel: keep\n${wish}\n`);
      const applied = await vm.run(`enlighten apply --only ${kinds.join()} --json`, limit.agent);
      assert.equal(applied.code, 0, `${wish}: ${applied.stdout}${applied.stderr}`);
      const steps = await stepsOf(vm);
      assert.deepEqual(withState(steps, 'pending', 'held'), [], wish);
      assert.ok(withState(steps, 'satisfied').length > 0 || wish === 'profile: none', wish);
      await vm.ok('enlighten undo', limit.agent);
      await asBefore(vm, wish);
      console.log(
        `    ${wish}: ${withState(steps, 'satisfied').length} satisfied, ${withState(steps, 'blocked', 'overridden')}`,
      );
    }
  }),

  scenario('tuning-replayed', { tier: 'long', after: 'tuning-profiles' }, async vm => {
    await vm.write(settings, 'kernel: keep\n');
    await vm.ok('enlighten apply', limit.agent);
    await tuned(vm);
    await vm.ok('systemctl --no-block reboot');
    await inBoot(vm, 2);
    await vm.waitUntilUp();
    await vm.ok('systemctl --no-block reboot');
    await inBoot(vm, 3);
    assert.equal(await vm.waitUntilUp(), 'running');
    assert.equal((await statusOf(vm)).lastPass?.outcome, 'unchanged', 'replayed, not planned');
    await tuned(vm);
  }),

  // Two processors: with one there is nothing for irqbalance to do, and it ends.
  scenario('tuning-beside', { tier: 'long', image, hardware: { extra, processors: 2 } }, async vm => {
    vm.start();
    await inBoot(vm, 1);
    assert.equal(await vm.waitUntilUp(), 'running');
    await tuned(vm);
    assert.match(await vm.ok('systemctl is-active chrony irqbalance'), /^active\nactive$/);
    const device = await vm.ok(`dirname $(grep -l 000000000000 /sys/class/ptp/*/clock_name)`);
    const started = await vm.ok('tr "\\0" " " < /proc/$(cat /run/chrony/chronyd.pid)/cmdline');
    assert.match(started, new RegExp(`refclock PHC /dev/${device.slice('/sys/class/ptp/'.length)} poll 2`));
    assert.match(await vm.ok('chronyc -n sources'), /^#. PHC0/m);
    // irqbalance looks every ten seconds.
    await vm.ok('sleep 12');
    assert.deepEqual(withState(await stepsOf(vm), 'pending', 'held'), []);
    await vm.powerOff();
    // The same image without that card: chronyd would not start with a clock that is not there.
    vm.start({ extra: extra.slice(0, 2) });
    await inBoot(vm, 2);
    assert.equal(await vm.waitUntilUp(), 'running');
    assert.equal(await vm.ok('systemctl is-active chrony'), 'active');
    assert.doesNotMatch(await vm.ok('chronyc -n sources'), /PHC/);
    const clockStep = (await stepsOf(vm)).find(({ id }) => id === 'clock:chrony');
    assert.deepEqual([clockStep?.state, clockStep?.by?.code], ['blocked', 'clock-absent']);
  }),

  scenario('tuning-plugged', { tier: 'long', after: 'tuning-beside' }, async vm => {
    const since = (appeared: string, tuned: string): string => `
until ${appeared}; do sleep 0.05; done 2> /dev/null; read -r from _ < /proc/uptime
until ${tuned}; do sleep 0.05; done 2> /dev/null; read -r to _ < /proc/uptime; echo "$from $to"`;
    const plugged = async (what: string, plug: () => void, lines: string): Promise<void> => {
      const seen = vm.ok(lines, limit.line);
      plug();
      const [from = 0, to = 0] = (await seen).split(' ').map(Number);
      console.log(`    ${what}: tuned ${Math.round((to - from) * 1000)} ms after it appeared`);
      assert.ok(to - from < 1, `${what}: ${to - from} s`);
    };
    const disk = '/sys/block/vdb';
    await plugged(
      'a disk',
      () => vm.plugDisk(),
      since(`[ -e ${disk} ]`, `grep -q "\\[none\\]" ${disk}/queue/scheduler`),
    );
    const total = Number(await vm.ok("awk '/^MemTotal/ { print $2 }' /proc/meminfo"));
    vm.plugMemory();
    const online = `awk '/^MemTotal/ { exit $2 < ${total + 255 * 1024} }' /proc/meminfo`;
    await vm.ok(`until ${online}; do sleep 0.2; done`, limit.line);
    const mac = '52:54:00:0e:11:18';
    const card = `$(dirname "$(grep -l ${mac} /sys/class/net/*/address)")`;
    await plugged(
      'a card',
      () => vm.plugCard(mac),
      since(
        `grep -q ${mac} /sys/class/net/*/address`,
        `[ "$(cat ${card}/tx_queue_len ${card}/queues/rx-0/rps_cpus | tr '\\n' ' ')" = "2000 1 " ]`,
      ),
    );
    await vm.ok(
      `until ethtool --show-features $(basename ${card}) | grep -q "^generic-receive-offload: off"; do sleep 1; done`,
      limit.line,
    );
  }),

  scenario(
    'tuning-tuned',
    { tier: 'long', image: { packages: ['tuned'], files: { [settings]: 'kernel: keep\n' }, prepare: oneKernel } },
    async vm => {
      vm.start();
      await inBoot(vm, 1);
      await vm.waitUntilUp();
      // At its first start tuned finds out by itself what it should do: after us, and what it says holds.
      assert.equal(await vm.ok('systemctl is-active tuned; cat /etc/tuned/active_profile'), 'active\nvirtual-guest');
      await vm.ok('systemctl --no-block reboot');
      await inBoot(vm, 2);
      await vm.waitUntilUp();
      const steps = await stepsOf(vm);
      const dirty = steps.find(({ id }) => id === 'sysctl:vm.dirty_bytes');
      assert.equal(dirty?.state, 'overridden');
      assert.match(dirty?.by?.happened ?? '', /tuned's profile virtual-guest, .*: vm.dirty_ratio=30/);
      assert.deepEqual(withState(steps, 'pending'), []);
      assert.equal(await vm.ok('cat /proc/sys/vm/dirty_ratio /proc/sys/vm/dirty_bytes'), '30\n0');
      assert.ok(
        (await statusOf(vm)).applied.every(({ id }) => !/vm\.dirty_bytes/.test(id)),
        'nothing of ours in its way',
      );
    },
  ),

  scenario(
    'tuning-move',
    {
      tier: 'long',
      image: { files: { [settings]: 'kernel: keep\n' }, prepare: oneKernel },
      hardware: { ...vmwareHardware },
    },
    async vm => {
      vm.start({ program: await signedAs(vmwareSignature) });
      await inBoot(vm, 1);
      assert.equal(await vm.waitUntilUp(), 'running');
      assert.equal(await vm.ok('cat /sys/block/sda/device/timeout'), '180');
      assert.match(await vm.ok('cat /proc/modules'), /^vmw_balloon /m);
      await vm.ok('systemctl --no-block reboot');
      await inBoot(vm, 2);
      await vm.waitUntilUp();
      assert.equal(await vm.ok('cat /sys/block/sda/device/timeout'), '180');
      await vm.powerOff();

      const { disk, card, machine, smbios, program } = ordinary;
      vm.start({ disk, card, machine, smbios, program });
      await inBoot(vm, 3);
      assert.equal(await vm.waitUntilUp(), 'running');
      assert.doesNotMatch(await vm.ok('cat /proc/modules'), /^vmw_balloon /m);
      const left =
        'grep -rlE "vmw|pvscsi" /etc/enlighten /etc/modprobe.d /etc/modules-load.d /etc/udev /run/udev/rules.d /run/systemd';
      assert.equal(await vm.ok(`${left} || true`), '', 'nothing of VMware’s');
      const { applied, notices } = await statusOf(vm);
      assert.ok(
        applied.every(({ id }) => !/vmw|sda/.test(id)),
        JSON.stringify(applied.map(({ id }) => id)),
      );
      console.log('    notices:', notices.map(({ code }) => code).join(' '));
      assert.match(await vm.ok('cat /sys/block/vda/queue/scheduler'), /\[none\]/);
    },
  ),
];
