import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plan } from '../../src/profiles/plan.ts';
import type { ModulesLine } from '../../src/profiles/schema.ts';
import { facts, profile, settings } from './world.ts';

const because = { reason: 'because', reference: 'https://example.org/' };
const line = (part: Partial<ModulesLine>): ModulesLine => ({ ...part, ...because });
const balloon = {
  bus: 'virtio',
  id: 'virtio3',
  modalias: 'virtio:d00000005v00001AF4',
  driver: 'virtio_balloon',
  provides: [],
};
const world = facts({ devices: [{ ...balloon, class: 'other' }] });

const steps = (lines: ModulesLine[], of = world) => plan(of, settings(), profile('p', { modules: lines, kernel: [] }));
const ids = (lines: ModulesLine[]) =>
  steps(lines)
    .steps.filter(({ kind }) => kind === 'modules')
    .map(({ id }) => id);

test('modules the kernel has, in the order of the profile', () => {
  const lines = [
    line({ load: ['virtio_balloon', 'no_such_module'] }),
    line({ load: ['ptp_kvm'] }),
    line({ module: 'nvme_core', parameter: 'io_timeout', value: '255' }),
  ];
  assert.deepEqual(ids(lines), [
    'modules:load:virtio_balloon',
    'modules:load:ptp_kvm',
    'modules:parameter:nvme_core.io_timeout',
  ]);
});

test('of two lines about one module the later counts', () => {
  assert.deepEqual(ids([line({ load: ['floppy'] }), line({ keepOut: ['floppy'] })]), ['modules:keep-out:floppy']);
});

test('what drives a disk or a network card is never kept out', () => {
  const disk = { ...balloon, id: 'platform', driver: 'floppy', class: 'storage' as const };
  const { steps: found, notices } = steps([line({ keepOut: ['floppy'] })], facts({ devices: [disk] }));
  assert.deepEqual(
    found.filter(({ kind }) => kind === 'modules'),
    [],
  );
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['module-vital'],
  );
});
