import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRootMount, rootMount } from '../../src/detect/mountinfo.ts';
import { openGuest } from '../../src/guest/open.ts';

test('the last mount at / counts, whatever optional fields stand between', () => {
  const text = [
    '1 1 0:2 / / rw - rootfs rootfs rw',
    '22 27 0:21 / /proc rw,relatime - proc proc rw',
    '27 1 8:1 / / rw,relatime shared:1 master:2 - ext4 /dev/sda1 rw,errors=remount-ro',
  ].join('\n');
  assert.deepEqual(parseRootMount(text), { device: '8:1', root: '/', type: 'ext4', source: '/dev/sda1' });
});

test('octal escapes are undone', () => {
  const text = '27 1 0:31 /a\\040b\\134c / rw - btrfs /dev/disk/by-label/my\\040root rw';
  assert.deepEqual(parseRootMount(text), {
    device: '0:31',
    root: '/a b\\c',
    type: 'btrfs',
    source: '/dev/disk/by-label/my root',
  });
});

test('anything else is no root mount', () => {
  assert.equal(parseRootMount(''), null);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', '/', '-', '1', ':', '\n', 'x', '\\0') }), text => {
      const found = parseRootMount(text);
      assert.ok(found === null || Object.values(found).every(value => typeof value === 'string' && value !== ''));
    }),
  );
});

test('findmnt says the same about this machine', async t => {
  const root = await rootMount(openGuest('/'));
  let told: string;
  try {
    told = execFileSync('findmnt', ['-n', '-o', 'MAJ:MIN,FSTYPE', '/'], { encoding: 'utf8' });
  } catch {
    return t.skip('findmnt is not installed');
  }
  assert.deepEqual([root?.device, root?.type], told.trim().split('\n').at(-1)?.trim().split(/\s+/));
});
