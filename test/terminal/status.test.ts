/** `enlighten status` as a person reads it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Status } from '../../src/pass/status.ts';
import { describeStatus } from '../../src/terminal/status.ts';

const trial: Status['trial'] = {
  ...{ state: 'none', kernel: null, previous: null, cause: null, attempts: 0 },
  ...{ by: null, because: null, initramfs: null, arguments: [] },
};

test('what is applied is a line each, also where it is a whole file', () => {
  const step = { at: '2026-01-01T00:00:00Z', lasts: 'boot' } as const;
  const applied = [
    { ...step, id: 'sysctl:vm.swappiness', before: '60', after: '30' },
    { ...step, id: 'udev:block:scheduler', before: '', after: '# ours\nACTION=="add"\n' },
    { ...step, id: 'units:shop.service', before: '[Service]\nNice=1\n', after: '[Service]\n' },
  ];
  const text = describeStatus({
    schemaVersion: 1,
    sealed: true,
    trial,
    lastPass: null,
    applied,
    held: [],
    notices: [],
  });
  const lines = text.split('\n').filter(line => /→/.test(line));
  assert.deepEqual(
    lines.map(line => line.trim().split(/ {2,}/)),
    [
      ['sysctl:vm.swappiness', '60 → 30', 'boot'],
      ['udev:block:scheduler', 'nothing → 2 lines', 'boot'],
      ['units:shop.service', '2 lines → [Service]', 'boot'],
    ],
  );
});
