import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import * as block from '../../../../src/kernel/bootloaders/block/environment-block.ts';
import { folderWith } from '../../../detect/folder.ts';

const { BLOCK_SIZE, formatBlock, isPlainValue, parseBlock, variable, withValues } = block;
const name = fc.stringMatching(/^[a-z_]{1,8}$/);
const value = fc.stringMatching(/^[\x20-\x5b\x5d-\x7e]{0,20}$/);
const lines = fc.dictionary(name, value, { maxKeys: 20 }).map(all => Object.entries(all).map(([k, v]) => `${k}=${v}`));

test('what is formatted is parsed again, and always has the size of a block', () => {
  fc.assert(
    fc.property(lines, all => {
      const bytes = formatBlock(all);
      assert.ok(bytes);
      assert.equal(bytes.length, BLOCK_SIZE);
      assert.deepEqual(parseBlock(bytes), all);
    }),
  );
});

test('a block that is parsed is formatted to the same bytes', () => {
  const tail = fc.uint8Array({ minLength: 0, maxLength: 40 }).map(bytes => Buffer.from(bytes));
  fc.assert(
    fc.property(tail, bytes => {
      const whole = Buffer.alloc(BLOCK_SIZE, '#');
      whole.write('# GRUB Environment Block\n', 'latin1');
      bytes.copy(whole, 25);
      const parsed = parseBlock(whole);
      if (parsed !== null) assert.deepEqual(formatBlock(parsed), whole);
    }),
  );
});

test('any other bytes are no block', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2048 }), bytes => parseBlock(Buffer.from(bytes)) === null));
  assert.equal(parseBlock(Buffer.alloc(0)), null);
  assert.equal(parseBlock(Buffer.alloc(BLOCK_SIZE)), null);
});

test('full to the last byte fits, one more does not', () => {
  const room = BLOCK_SIZE - '# GRUB Environment Block\n'.length;
  const bytes = formatBlock([`a=${'x'.repeat(room - 3)}`]);
  assert.equal(bytes?.length, BLOCK_SIZE);
  assert.equal(parseBlock(bytes ?? Buffer.alloc(0))?.length, 1);
  assert.equal(formatBlock([`a=${'x'.repeat(room - 2)}`]), null);
});

test('values are set in place, added at the end, and removed', () => {
  const before = ['# a comment', 'a=1', 'ab=2', 'b='];
  assert.deepEqual(withValues(before, { a: '3', b: null, c: '4' }), ['# a comment', 'a=3', 'ab=2', 'c=4']);
  assert.equal(variable(before, 'ab'), '2');
  assert.equal(variable(before, 'absent'), '');
  assert.equal(isPlainValue('a\\b') || isPlainValue('a\nb') || isPlainValue('ä'), false);
});

test('of two lines of one name the last counts, and neither outlives a change', () => {
  const torn = ['a=1', 'b=2', 'a=3'];
  assert.equal(variable(torn, 'a'), '3');
  assert.deepEqual(withValues(torn, { a: '4' }), ['a=4', 'b=2']);
  assert.deepEqual(withValues(torn, { a: null }), ['b=2']);
});

test('grub-editenv and we read and write each other', t => {
  const file = join(folderWith(t, {}), 'grubenv');
  const edit = (...args: string[]) => execFileSync('grub-editenv', [file, ...args], { encoding: 'utf8' });
  edit('create');
  edit('set', 'saved_entry=gnulinux-simple', 'escaped=a\\b', 'args=root=UUID=1 ro quiet');
  const theirs = parseBlock(readFileSync(file));
  assert.ok(theirs);
  assert.equal(variable(theirs, 'saved_entry'), 'gnulinux-simple');
  assert.equal(variable(theirs, 'args'), 'root=UUID=1 ro quiet');
  assert.deepEqual(formatBlock(theirs), readFileSync(file));

  const ours = formatBlock(withValues(theirs, { enlighten_args: 'console=ttyS0,115200n8 a=b~c', saved_entry: null }));
  assert.ok(ours);
  writeFileSync(file, ours);
  const listed = edit('list').split('\n');
  assert.ok(listed.includes('enlighten_args=console=ttyS0,115200n8 a=b~c'));
  assert.ok(listed.includes('args=root=UUID=1 ro quiet'));
  assert.ok(!listed.some(line => line.startsWith('saved_entry')));
  edit('set', 'enlighten_mark=1');
  assert.equal(variable(parseBlock(readFileSync(file)) ?? [], 'enlighten_mark'), '1');
});
