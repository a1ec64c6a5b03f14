import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { trialCommandLine } from '../../../../src/kernel/bootloaders/kexec/command-line.ts';

const NONCE = '0123456789abcdef';

test('what another loader or trial added is not repeated', () => {
  const line =
    'BOOT_IMAGE=/v initrd=\\i root=/dev/vda1 ro enlighten.entry=universal enlighten.trial=ff panic=0 panic_print=1 quiet';
  assert.match(
    trialCommandLine(line, NONCE) ?? '',
    new RegExp(`^root=/dev/vda1 ro panic_print=1 quiet enlighten\\.trial=${NONCE} panic=5 oops=panic `),
  );
});

test('never without root=, never too long, never with anything but text', () => {
  const long = `root=x ${'a '.repeat(1000)}`;
  for (const args of ['', '  ', 'ro quiet', 'root=', 'xroot=/dev/vda1', long, 'root=/dev/ä', 'root=x \0']) {
    assert.equal(trialCommandLine(args, NONCE), null, args);
  }
  assert.equal(trialCommandLine('root=x', 'a b'), null);
});

test('quoted blanks stay together', () => {
  assert.match(trialCommandLine('dyndbg="file x +p"  root=/dev/a', NONCE) ?? '', /^dyndbg="file x \+p" root=\/dev\/a /);
});

test('whatever goes in: none, or root= and panic= and the nonce, once', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.boolean(), (text, withRoot) => {
      const line = trialCommandLine(withRoot ? `root=/dev/vda1 ${text}` : text, NONCE);
      if (line === null) return;
      assert.match(line, /(^| )root=\S/);
      assert.match(line, / panic=5( |$)/);
      assert.ok(line.includes(`enlighten.trial=${NONCE} panic=5`));
    }),
  );
});
