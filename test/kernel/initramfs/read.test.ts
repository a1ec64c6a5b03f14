import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { openGuest } from '../../../src/guest/open.ts';
import { isBlocked } from '../../../src/kernel/blocked.ts';
import { readInitramfs } from '../../../src/kernel/initramfs/read.ts';
import {
  archiveOf,
  compressedWith,
  freshFolder,
  INITRAMFS,
  initramfsFiles,
  moduleBytes,
  put,
  RELEASE,
} from '../machine.ts';

const root = freshFolder();
const never = () => false;

const read = async (bytes: Buffer, late = never) => {
  put(root, INITRAMFS, bytes);
  return readInitramfs(openGuest(root), INITRAMFS, late);
};

/** The Notice's code; the empty string when it was read. */
const refusal = async (bytes: Buffer, late = never): Promise<string> => {
  const found = await read(bytes, late);
  return isBlocked(found) ? found.blocked.code : '';
};

const archive = archiveOf(initramfsFiles());
const microcode = archiveOf({ 'kernel/x86/microcode/GenuineIntel.bin': Buffer.alloc(100_000, 'u') });
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

const wholeOnes: Record<string, Buffer> = {
  'a plain archive': archive,
  zstd: compressedWith('zstd', archive),
  gzip: compressedWith('gzip', archive),
  'microcode, then zstd': Buffer.concat([microcode, compressedWith('zstd', archive)]),
  'microcode, zeros, then gzip': Buffer.concat([microcode, Buffer.alloc(1024), compressedWith('gzip', archive)]),
  'two archives in one zstd': compressedWith('zstd', Buffer.concat([microcode, archive])),
  'two zstd frames, an archive each': Buffer.concat([
    compressedWith('zstd', microcode),
    compressedWith('zstd', archive),
  ]),
  'zeros at the end': Buffer.concat([compressedWith('zstd', archive), Buffer.alloc(700)]),
};

for (const [what, bytes] of Object.entries(wholeOnes)) {
  test(`reads ${what}: names, modules with their digest, the digest of the file`, async () => {
    const found = await read(bytes);
    assert.ok(!isBlocked(found));
    assert.equal(found.digest, createHash('sha256').update(bytes).digest('hex'));
    assert.ok(found.names.has('init') && found.names.has(`usr/lib/modules/${RELEASE}/kernel/fs/jbd2`));
    assert.equal(found.names.has('kernel/x86/microcode/GenuineIntel.bin'), /microcode|two/.test(what));
    const module = found.modules.find(({ path }) => path === 'kernel/drivers/block/virtio_blk.ko');
    assert.deepEqual(module, {
      release: RELEASE,
      path: 'kernel/drivers/block/virtio_blk.ko',
      md5: md5(moduleBytes('kernel/drivers/block/virtio_blk.ko')),
    });
    assert.equal(found.modules.length, 12);
  });
}

test('lists what cpio lists', async () => {
  const found = await read(compressedWith('zstd', archive));
  const listed = execFileSync('cpio', ['-t', '--quiet'], { input: archive }).toString().trim().split('\n');
  assert.ok(!isBlocked(found));
  assert.deepEqual([...found.names].sort(), listed.sort());
});

test('compressions Node cannot read are named, with the way out', async () => {
  for (const program of ['xz', 'bzip2']) {
    const found = await read(Buffer.concat([microcode, compressedWith(program, archive)]));
    assert.ok(isBlocked(found));
    assert.equal(found.blocked.code, 'initramfs-compression');
    assert.match(found.blocked.happened, new RegExp(program));
  }
});

test('absent, empty, or only zeros', async () => {
  const found = await readInitramfs(openGuest(freshFolder()), INITRAMFS, never);
  assert.equal(isBlocked(found) && found.blocked.code, 'initramfs-missing');
  assert.equal(await refusal(Buffer.alloc(0)), 'initramfs-damaged');
  assert.equal(await refusal(Buffer.alloc(100_000)), 'initramfs-damaged');
});

test('cut anywhere, it is damaged', async () => {
  for (const whole of [archive, compressedWith('zstd', archive), compressedWith('gzip', archive)]) {
    // The last bytes are padding after the trailer, or a checksum the kernel does not read either.
    const cuts = fc.integer({ min: 1, max: whole.length - 600 });
    await fc.assert(
      fc.asyncProperty(cuts, async cut => assert.equal(await refusal(whole.subarray(0, cut)), 'initramfs-damaged')),
      { numRuns: 40 },
    );
  }
});

test('random bytes are refused, also behind a good beginning', async () => {
  const starts = [
    Buffer.alloc(0),
    microcode,
    Buffer.from('070701'),
    Buffer.from('28b52ffd', 'hex'),
    Buffer.from('1f8b08', 'hex'),
  ];
  const bytes = fc.uint8Array({ minLength: 7, maxLength: 500 }).filter(found => found.some(byte => byte !== 0));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...starts), bytes, async (start, noise) => {
      assert.notEqual(await refusal(Buffer.concat([start, noise])), '');
    }),
    { numRuns: 200 },
  );
});

test('a changed byte never goes unseen by both the digest and the walk, and never throws', async () => {
  const whole = compressedWith('zstd', archive);
  const good = await read(whole);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: whole.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, flip) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const found = await read(bytes);
        assert.ok(isBlocked(found) || (!isBlocked(good) && found.digest !== good.digest));
      },
    ),
    { numRuns: 100 },
  );
});

/** A header with these sizes, then nothing. */
const header = (size: number, nameSize: number): Buffer => {
  const hex = (value: number) => value.toString(16).padStart(8, '0');
  const fields = [1, 0o100644, 0, 0, 1, 0, size, 0, 0, 0, 0, nameSize, 0];
  return Buffer.from(`070701${fields.map(hex).join('')}`);
};

test('sizes that lie are refused without taking their memory', async () => {
  assert.equal(await refusal(header(0xffffffff, 5)), 'initramfs-damaged');
  assert.equal(await refusal(header(0, 0xffffffff)), 'initramfs-damaged');
  assert.equal(await refusal(header(0, 0)), 'initramfs-damaged');
  assert.equal(await refusal(Buffer.concat([header(-1, 5), Buffer.alloc(64)])), 'initramfs-damaged');
});

test('a bomb is stopped at the cap', async () => {
  const frame = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024));
  const before = process.memoryUsage().rss;
  const found = await refusal(Buffer.concat(Array.from({ length: 20 }, () => frame)));
  assert.equal(found, 'initramfs-too-large');
  assert.ok(process.memoryUsage().rss - before < 200 * 1024 * 1024);
});

test('it stops when there is no more time', async () => {
  let asked = 0;
  const whole = Buffer.concat([archiveOf({ big: Buffer.alloc(8_000_000, 'x') }), compressedWith('zstd', archive)]);
  const afterFive = () => {
    asked += 1;
    return asked > 5;
  };
  assert.equal(await refusal(whole, afterFive), 'proof-out-of-time');
  assert.equal(await refusal(compressedWith('zstd', archive), () => true), 'proof-out-of-time');
});
