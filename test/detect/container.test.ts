import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { containers } from './composed/containers.ts';
import { guestWith } from './folder.ts';
import { contentsOf } from './judged.ts';

test('a marker that is not believed is told as overruled', async t => {
  const machine = containers["a machine made of a container's tree"];
  assert.ok(machine);
  const { overruled } = await detect(guestWith(t, contentsOf(machine)));
  assert.deepEqual(overruled, [{ probe: 'container', source: '/.dockerenv', value: 'exists', supports: 'docker' }]);
});
