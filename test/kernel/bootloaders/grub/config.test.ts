import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { customHasLastWord, entryFor } from '../../../../src/kernel/bootloaders/grub/config.ts';
import { CLOUD, grubCfg, plainArgs, UNIVERSAL } from './machine.ts';

test('the fixture and our own custom.cfg are GRUB script', () => {
  execFileSync('grub-script-check', [], { input: grubCfg(), stdio: 'pipe' });
  const custom = fileURLToPath(new URL('../../../../packaging/grub/custom.cfg', import.meta.url));
  execFileSync('grub-script-check', [custom], { stdio: 'pipe' });
});

test('each flavour by its image: the ordinary entry, also from a submenu and after the recovery ones', () => {
  for (const release of [CLOUD, UNIVERSAL]) {
    assert.deepEqual(entryFor(grubCfg(), `/boot/vmlinuz-${release}`), {
      kernel: `/boot/vmlinuz-${release}`,
      initrd: `/boot/initrd.img-${release}`,
      args: plainArgs,
    });
  }
  assert.equal(entryFor(grubCfg(), '/boot/vmlinuz-6.1.0-5'), null);
});

test('on a /boot of its own the path is the one GRUB sees', () => {
  const config = grubCfg().replaceAll('/boot/', '/');
  assert.equal(entryFor(config, `/boot/vmlinuz-${CLOUD}`)?.kernel, `/vmlinuz-${CLOUD}`);
});

const unrepeatable = [
  'a="b c"',
  "a='b'",
  'quiet $vt_handoff',
  'a=b\\ c',
  'a;b',
  'a={b}',
  'a=ä',
  'a#b',
  'single',
  'rescue',
];
for (const args of unrepeatable) {
  test(`arguments that cannot be repeated from a variable, or are no ordinary boot: ${args}`, () =>
    assert.equal(entryFor(grubCfg(args), `/boot/vmlinuz-${CLOUD}`), null));
}

test('no initramfs, or two, make no entry', () => {
  const image = `/boot/vmlinuz-${CLOUD}`;
  assert.equal(entryFor(grubCfg().replaceAll(/^\s*initrd.*$/gm, ''), image), null);
  assert.equal(entryFor(grubCfg().replaceAll('initrd\t', 'initrd\t/boot/ucode.img '), image), null);
});

test('custom.cfg has the last word only after the environment and before no other default', () => {
  assert.equal(customHasLastWord(grubCfg()), true);
  for (const last of ['set default=2\n', '  set  default="x"\n', 'default=2\n'])
    assert.equal(customHasLastWord(grubCfg(undefined, last)), false, last);
  assert.equal(customHasLastWord(grubCfg().replaceAll('custom.cfg', 'other.cfg')), false);
  assert.equal(customHasLastWord(grubCfg().replace('load_env', 'true')), false);
  assert.equal(customHasLastWord(''), false);
});

test('any text is read, and no entry holds what GRUB would expand', () => {
  const word = fc.constantFrom(
    'menuentry x {\n',
    'linux /boot/vmlinuz-a ',
    'initrd /i',
    '\n',
    '$x',
    '"',
    ' ro',
    '}',
    'ü',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 30 }), words => {
      const entry = entryFor(words.join(''), '/boot/vmlinuz-a');
      assert.ok(entry === null || /^[\x20-\x7e]*$/.test(entry.args + entry.initrd));
      assert.ok(entry === null || !/[$"'\\;]/.test(entry.args + entry.initrd + entry.kernel));
    }),
    { numRuns: 300 },
  );
});
