/** Steps of the sections that tune machines as a whole, cards, units, the clock, and what is plugged in later. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plan } from '../../src/profiles/plan.ts';
import type { Profile } from '../../src/profiles/schema.ts';
import { facts, line, profile, queue, settings } from './world.ts';

const because = { reason: 'because', reference: 'https://example.org/' };
const card = (name: string, driver: string) => ({ name, driver, queues: ['rx-0', 'rx-1', 'tx-0'] });
const world = facts({
  kernels: [],
  cards: [card('ens4', 'virtio_net'), card('ens3', 'virtio_net'), card('eth9', 'e1000')],
});
const stepsOf = (part: Partial<Profile>, seen = world) => plan(seen, settings(), profile('p', part)).steps;
const short = (part: Partial<Profile>, seen = world) =>
  stepsOf(part, seen).map(({ id, desired }) => `${id}=${desired}`);
const cards = (ids: string[]) => ids.filter(id => id.startsWith('network:'));

test('files of the machine as a whole, by path', () => {
  const sysfs = {
    'power/pm_freeze_timeout': line('300000'),
    'kernel/mm/transparent_hugepage/enabled': line('madvise'),
  };
  assert.deepEqual(short({ sysfs }), [
    'sysfs:kernel/mm/transparent_hugepage/enabled=madvise',
    'sysfs:power/pm_freeze_timeout=300000',
  ]);
});

test('cards by driver: each queue its file, the card its own, ethtool its words; the last line wins', () => {
  const network = [
    { driver: ['virtio_net', 'vmxnet3'], rps_cpus: '3', tx_queue_len: '500', channels: '2', ...because },
    { driver: ['virtio_net'], channels: '4', ...because },
  ];
  const found = stepsOf({ network }).filter(step => step.kind === 'network' && step.device === 'ens3');
  assert.deepEqual(
    found.map(step => (step.kind === 'network' ? [step.id, step.desired, step.path] : [])),
    [
      ['network:ens3:tx_queue_len', '500', '/sys/class/net/ens3/tx_queue_len'],
      ['network:ens3:rx-0:rps_cpus', '3', '/sys/class/net/ens3/queues/rx-0/rps_cpus'],
      ['network:ens3:rx-1:rps_cpus', '3', '/sys/class/net/ens3/queues/rx-1/rps_cpus'],
      ['network:ens3:channels', '4', '/sys/class/net/ens3'],
    ],
  );
  assert.ok(!cards(short({ network })).some(id => id.includes('eth9')));
});

test('what is plugged in later: a rule file for each attribute, later lines later', () => {
  const steps = stepsOf({
    block: [
      queue('virtio_blk', 'none'),
      { driver: ['nvme', 'vbd'], scheduler: 'kyber', io_timeout: '4294967295', ...because },
    ],
    network: [{ driver: ['virtio_net'], rps_cpus: 'f', rx_ring: '1024', ...because }],
  });
  const rules = steps.flatMap(step =>
    step.kind === 'udev' ? [[step.path, step.content.split('\n').slice(1, -1)]] : [],
  );
  const at = (name: string) => `/run/udev/rules.d/90-enlighten-${name}.rules`;
  const disk = 'ACTION=="add", SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", KERNEL!="sr*|fd*"';
  assert.deepEqual(rules, [
    [
      at('block-scheduler'),
      [
        `${disk}, DRIVERS=="virtio_blk", ATTR{queue/scheduler}="none"`,
        `${disk}, DRIVERS=="nvme|vbd", ATTR{queue/scheduler}="kyber"`,
      ],
    ],
    [at('block-io_timeout'), [`${disk}, DRIVERS=="nvme|vbd", ATTR{queue/io_timeout}="4294967295"`]],
    [
      at('network-rps_cpus'),
      [
        'ACTION=="add", SUBSYSTEM=="net", DRIVERS=="virtio_net", RUN+="/bin/sh -c \'for queue in /sys/class/net/$name/queues/rx-*/rps_cpus; do echo f > $$queue; done\'"',
      ],
    ],
    [
      at('network-rx_ring'),
      ['ACTION=="add", SUBSYSTEM=="net", DRIVERS=="virtio_net", RUN+="/usr/sbin/ethtool -G $name rx 1024"'],
    ],
  ]);
});

test('units: one drop-in each, the last line of a directive counts; a slice takes what slices take', () => {
  const units = [
    { unit: 'shop.service', CPUAffinity: '0-3', MemoryHigh: '1G', ...because },
    { unit: 'shop.service', MemoryHigh: '2G', ...because },
    { unit: 'shop.slice', MemoryHigh: '3G', Nice: '5', ...because },
  ];
  const found = stepsOf({ units }).flatMap(step => (step.kind === 'units' ? [[step.path, step.content]] : []));
  assert.deepEqual(found, [
    [
      '/run/systemd/system/shop.service.d/50-enlighten.conf',
      '# By enlighten, for this boot only.\n[Service]\nCPUAffinity=0-3\nMemoryHigh=2G\n',
    ],
    [
      '/run/systemd/system/shop.slice.d/50-enlighten.conf',
      '# By enlighten, for this boot only.\n[Slice]\nMemoryHigh=3G\n',
    ],
  ]);
});

test('the host’s clock only where chrony is, by the last line', () => {
  const clock = [
    { ptp: 'hyperv', options: 'poll 3', ...because },
    { ptp: 'KVM virtual PTP', options: 'poll 2', ...because },
  ];
  assert.deepEqual(short({ clock }), []);
  assert.deepEqual(short({ clock }, facts({ kernels: [], chrony: 'chrony.service' })), [
    'clock:chrony=refclock PHC "KVM virtual PTP" poll 2',
  ]);
});

test('tune=off leaves all of it', () => {
  const off = settings({ tune: { value: 'off', source: 'property' } });
  const part = { sysfs: { 'a/b': line('1') }, units: [{ unit: 'a.service', Nice: '1', ...because }] };
  assert.deepEqual(plan(world, off, profile('p', part)).steps, []);
});
