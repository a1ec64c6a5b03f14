/** The log of writes as QEMU itself makes it, read back and replayed: at each flush the copy is what the disk was. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { entriesOf } from './log.ts';
import { boundaries } from './replay.ts';

const SIZE = 256 * 1024;

const folder = (t: TestContext): string => {
  const made = mkdtempSync(join(tmpdir(), 'enlighten-cuts-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

/** Runs qemu-io's commands on a disk of zeros, with a log; the disk as it is then. */
const written = (at: string, commands: readonly string[]): Buffer => {
  writeFileSync(join(at, 'disk'), Buffer.alloc(SIZE));
  writeFileSync(join(at, 'log'), '');
  const files = [`file.driver=file,file.filename=${at}/disk`, `log.driver=file,log.filename=${at}/log`];
  const image = ['driver=blklogwrites', ...files, 'log-sector-size=512'].join(',');
  execFileSync('qemu-io', ['-t', 'writeback', ...commands.flatMap(command => ['-c', command]), '--image-opts', image], {
    stdio: 'ignore',
  });
  return readFileSync(join(at, 'disk'));
};

const replayed = async (at: string): Promise<Buffer[]> => {
  const part = { file: join(at, 'copy'), start: 0, size: SIZE };
  writeFileSync(part.file, Buffer.alloc(SIZE));
  const seen: Buffer[] = [];
  for await (const _ of boundaries(join(at, 'log'), [part])) seen.push(readFileSync(part.file));
  return seen;
};

const sector = fc.integer({ min: 0, max: 200 });
const request = fc.oneof(
  fc.record({ at: sector, sectors: fc.integer({ min: 1, max: 64 }), byte: fc.integer({ min: 0, max: 255 }) }),
  fc.constant(null),
);

test('whatever is written, the last boundary is the disk, and each earlier one is the disk at its flush', async t => {
  const at = folder(t);
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async requests => {
      const commands = [
        'write -P 1 0 512',
        ...requests.map(one => (one === null ? 'flush' : `write -P ${one.byte} ${one.at * 512} ${one.sectors * 512}`)),
      ];
      const disk = written(at, [...commands, 'flush']);
      const model = Buffer.alloc(SIZE);
      const expected: Buffer[] = [];
      model.fill(1, 0, 512); // QEMU makes no log of a disk that nobody writes to
      let dirty = true;
      for (const one of [...requests, null]) {
        if (one !== null) model.fill(one.byte, one.at * 512, (one.at + one.sectors) * 512);
        else if (dirty) expected.push(Buffer.from(model));
        dirty = one !== null;
      }
      const seen = await replayed(at);
      assert.equal(seen.length, expected.length);
      for (const [index, bytes] of expected.entries()) assert.ok(seen[index]?.equals(bytes), `boundary ${index}`);
      if (seen.length > 0) assert.ok(seen.at(-1)?.equals(disk));
    }),
    { numRuns: 15 },
  );
});

test('a part of the disk takes what lies in it', async t => {
  const at = folder(t);
  const disk = written(at, ['write -P 7 0 64k', 'flush', 'write -P 9 60k 8k', 'write -z 62k 1k', 'flush']);
  const part = { file: join(at, 'part'), start: 61 * 1024, size: 6 * 1024 };
  writeFileSync(part.file, Buffer.alloc(part.size));
  for await (const _ of boundaries(join(at, 'log'), [part]));
  assert.deepEqual(readFileSync(part.file), disk.subarray(part.start, part.start + part.size));
});

test('what is no log, or a shortened one, is an error and not an endless read', async t => {
  const at = folder(t);
  written(at, ['write -P 7 0 4k', 'flush']);
  const log = readFileSync(join(at, 'log'));
  const drain = async (bytes: Buffer) => {
    writeFileSync(join(at, 'broken'), bytes);
    for await (const _ of entriesOf(join(at, 'broken')));
  };
  await drain(log);
  for (const length of [0, 27, 600, 2000]) await assert.rejects(drain(log.subarray(0, length)));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2048 }), async bytes => {
      await assert.rejects(drain(Buffer.from(bytes)));
    }),
    { numRuns: 50 },
  );
});
