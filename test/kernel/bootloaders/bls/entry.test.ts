import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatEntry, idOf, parseEntry } from '../../../../src/kernel/bootloaders/bls/entry.ts';

test('blanks, tabs, comments, several options and initrds', () => {
  const text =
    '# x\ntitle\tDebian\nlinux   /a/linux\r\ninitrd /ucode\ninitrd /a/initrd\noptions root=x  ro\noptions quiet\n';
  assert.deepEqual(parseEntry('a.conf', text), {
    id: 'a',
    file: 'a.conf',
    version: null,
    entry: { kernel: '/a/linux', initrd: '/ucode /a/initrd', args: 'root=x ro quiet' },
  });
});

test('a boot counter is no part of the id', () => {
  const ids = ['a.conf', 'a+3.conf', 'a+2-1.conf', 'a+b.conf', '.a.conf', 'a.conf.enlighten-new'].map(idOf);
  assert.deepEqual(ids, ['a', 'a', 'a', 'a+b', null, null]);
});

test('no kernel of its own, or bytes that no loader would take: none', () => {
  for (const text of ['', 'efi /x.efi\n', 'linux\n', 'linux /a\noptions a\x07b\n', 'linux /ä\n']) {
    assert.equal(parseEntry('a.conf', text), null, text);
  }
});

const word = fc.stringMatching(/^[!-~]{1,12}$/);
const line = fc.array(word, { minLength: 1, maxLength: 5 }).map(words => words.join(' '));

test('what is written is read back', () => {
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 3 }), line, (kernel, initrds, args) => {
      const entry = { kernel, initrd: initrds.join(' '), args };
      assert.deepEqual(parseEntry('x.conf', formatEntry('title', entry))?.entry, entry);
    }),
  );
});

test('any text is read, or is none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
      const parsed = parseEntry('x.conf', `linux /k\n${text}`);
      if (parsed !== null) assert.match(JSON.stringify(parsed.entry), /^[\x20-\x7e]*$/);
    }),
  );
});
