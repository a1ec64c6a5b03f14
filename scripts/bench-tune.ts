/**
 * `npm run bench:tune`: does a line pay? Measures in a virtual machine what lines of the profiles claim, with and without them in turn, and
 * what the kernel for virtual machines does to a boot, and kexec to a reboot. Emulation costs more than most lines gain: the table says how
 * far the rounds lie apart. Asserts nothing. `-- lines`, `-- boot`, `-- kexec` measure one of them alone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAppliance } from '../test/vm/image/appliance.ts';
import { installMissing as installLab } from '../test/vm/image/packages.ts';
import { Machine } from '../test/vm/machine/machine.ts';
import type { Hardware } from '../test/vm/machine/qemu.ts';
import { type Claim, claims } from './bench/claims.ts';
import { installMissing } from './debian.ts';

const ROUNDS = 7;
const BOOTS = 3;
/** Seconds that one measurement may take on a slow machine. */
const PATIENCE = 300;

/** A network of two queues to the host: iperf3 listens there. Addresses for measuring, RFC 2544 appendix C.2.2. */
const wire = { name: 'enlighten0', host: '198.18.0.1', guest: '198.18.0.2', mac: '52:54:00:0e:11:19' };

const hardware: Partial<Hardware> = {
  memory: 2560,
  processors: 2,
  extra: [
    ...['-netdev', `tap,id=wire,ifname=${wire.name},queues=2,script=no,downscript=no`],
    ...['-device', `virtio-net-pci,netdev=wire,mq=on,vectors=6,mac=${wire.mac}`],
    ...['-drive', 'driver=null-co,size=64M,latency-ns=100000,read-zeroes=on,if=none,id=quick'],
    ...['-device', 'virtio-blk-pci,drive=quick,num-queues=2'],
  ],
};

const ip = (...args: string[]): unknown => execFileSync('ip', args, { stdio: 'ignore' });

/** @returns what takes it away again */
const hostSide = (): (() => void) => {
  ip('tuntap', 'add', 'dev', wire.name, 'mode', 'tap', 'multi_queue');
  ip('address', 'add', `${wire.host}/30`, 'dev', wire.name);
  ip('link', 'set', wire.name, 'up');
  const server = spawn('iperf3', ['--server', '--bind', wire.host], { stdio: 'ignore' });
  return () => {
    server.kill();
    ip('link', 'delete', wire.name);
  };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** How far the middle half of the rounds of one side lies apart, in per cent of their median: one slow round is not noise of all. */
const noise = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const edge = values.length >> 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[edge], sorted.at(-1 - edge)];
  return ((high - low) / median(values)) * 100;
};

interface Row {
  profile: string;
  line: string;
  what: string;
  without: string;
  with: string;
  ratio: string;
  noise: string;
  says: string;
}

const rowOf = (
  { profile, line, what, better }: Omit<Claim, 'measure' | 'without' | 'with'>,
  off: number[],
  on: number[],
): Row => {
  const ratio = median(on) / median(off);
  const apart = Math.max(noise(off), noise(on));
  const gain = (better === 'more' ? ratio - 1 : 1 / ratio - 1) * 100;
  const says = Math.abs(gain) <= apart ? 'nothing beyond the noise' : gain > 0 ? 'pays' : 'harms';
  const shown = (value: number) => value.toPrecision(3);
  return {
    ...{ profile, line, what, without: shown(median(off)), with: shown(median(on)) },
    ...{ ratio: `${ratio.toFixed(2)} ×`, noise: `${apart.toFixed(0)} %`, says },
  };
};

const measured = async (vm: Machine, claim: Claim): Promise<Row> => {
  const sides: { off: number[]; on: number[] } = { off: [], on: [] };
  const names = `wire=$(basename "$(dirname "$(grep -l ${wire.mac} /sys/class/net/*/address)")"); host=${wire.host}`;
  for (let round = 0; round < ROUNDS; round++)
    for (const [side, lines] of [
      ['off', claim.without],
      ['on', claim.with],
    ] as const) {
      const number = Number(await vm.ok([names, lines, claim.measure].join('\n'), PATIENCE));
      if (!Number.isFinite(number)) throw new Error(`${claim.line}: no number from ${claim.measure}`);
      sides[side].push(number);
    }
  await vm.ok([names, claim.without].join('\n'));
  const rounds = (numbers: readonly number[]): string => numbers.map(number => number.toPrecision(3)).join(' ');
  console.error(`  without ${rounds(sides.off)}, with ${rounds(sides.on)}`);
  return rowOf(claim, sides.off, sides.on);
};

const machineWith = async (folder: string): Promise<Machine> => {
  const packages = ['fio', 'iperf3', 'ethtool', 'jq', 'python3', 'kexec-tools'];
  const prepare = 'sed -i s/^LOAD_KEXEC=.*/LOAD_KEXEC=false/ /etc/default/kexec'; // who asks for a reboot gets one
  const image = await buildAppliance({ deb: null, seal: false, on: {}, packages, files: {}, prepare });
  return Machine.create(folder, image, hardware);
};

const lines = async (vm: Machine): Promise<Row[]> => {
  vm.start();
  await vm.waitUntilUp();
  const card = `$(basename "$(dirname "$(grep -l ${wire.mac} /sys/class/net/*/address)")")`;
  await vm.ok(
    `ip address add ${wire.guest}/30 dev ${card}; ip link set ${card} up; until (: < /dev/tcp/${wire.host}/5201) 2> /dev/null; do sleep 1; done`,
    PATIENCE,
  );
  const rows: Row[] = [];
  for (const claim of claims) {
    console.error(`${claim.line}: ${claim.what} …`);
    rows.push(await measured(vm, claim));
  }
  await vm.powerOff();
  return rows;
};

/** Seconds from the kernel's first line to the end of the boot, by systemd-analyze(1). */
const bootOf = async (vm: Machine, release: string): Promise<number> => {
  const uuid = await vm.ok('findmnt --noheadings --output UUID /');
  await vm.ok(`grub-reboot 'gnulinux-advanced-${uuid}>gnulinux-${release}-advanced-${uuid}'`);
  await vm.reboot();
  await vm.waitUntilUp();
  const said = await vm.ok('uname -r; systemd-analyze time');
  if (!said.startsWith(`${release}\n`)) throw new Error(`${release} was asked for: ${said}`);
  const [, minutes = '0', seconds = ''] = /= (?:(\d+)min )?([\d.]+)s/.exec(said) ?? [];
  return Number(minutes) * 60 + Number(seconds);
};

const boots = async (vm: Machine): Promise<Row[]> => {
  vm.start({ extra: [], processors: 1, memory: 1024 });
  await vm.waitUntilUp();
  const releases = (await vm.ok('ls /lib/modules')).split('\n');
  const off: number[] = [];
  const on: number[] = [];
  for (let round = 0; round < BOOTS; round++)
    for (const release of releases) {
      console.error(`boot of ${release} …`);
      (release.includes('-cloud-') ? on : off).push(await bootOf(vm, release));
    }
  const about = { profile: 'paravirtual', line: 'kernel: prefer: [cloud]', what: 'a boot, s', better: 'less' } as const;
  await vm.powerOff();
  return [rowOf(about, off, on)];
};

const BY_KEXEC = [
  'kexec --load --kexec-file-syscall /boot/vmlinuz-$(uname -r) --initrd=/boot/initrd.img-$(uname -r) --reuse-cmdline',
  'systemctl kexec',
].join(' && ');

/** Seconds from asking for a reboot to the next root shell, on an idle machine and with the same kernel. */
const restartBy = async (vm: Machine, by: string): Promise<number> => {
  await vm.waitUntilUp();
  const began = performance.now();
  await vm.reboot(by);
  return (performance.now() - began) / 1000;
};

const restarts = async (vm: Machine): Promise<Row[]> => {
  vm.start({ extra: [], processors: 1, memory: 1024 });
  const off: number[] = [];
  const on: number[] = [];
  for (let round = 0; round < BOOTS; round++) {
    console.error('a reboot, and one by kexec …');
    off.push(await restartBy(vm, 'systemctl reboot'));
    on.push(await restartBy(vm, BY_KEXEC));
  }
  await vm.powerOff();
  const about = { profile: 'any', line: 'enlighten.reboot: kexec', what: 'a reboot, s', better: 'less' } as const;
  return [rowOf(about, off, on)];
};

const parts = { lines, boot: boots, kexec: restarts };
const wanted = process.argv.slice(2);
installLab();
installMissing({ ip: 'iproute2', iperf3: 'iperf3' });
const folder = mkdtempSync(join(tmpdir(), 'enlighten-bench-'));
const vm = await machineWith(folder);
const takeAway = hostSide();
try {
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts))
    if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await part(vm)));
  console.log(
    `\nMedians of ${ROUNDS} rounds (boots: ${BOOTS}), in turn; noise: how far the middle half of one side’s (of boots all) lies apart`,
  );
  console.table(rows);
} finally {
  await vm.dispose();
  takeAway();
  await rm(folder, { recursive: true, force: true });
}
