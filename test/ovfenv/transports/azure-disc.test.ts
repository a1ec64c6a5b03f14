import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { largestDocument } from '../../../src/ovfenv/limits.ts';
import { azure } from '../../../src/ovfenv/transports/azure-disc.ts';
import { iso } from '../../../src/ovfenv/transports/iso.ts';
import { azureDocument } from '../azure.ts';
import { guestWith, makeDisc, temporaryFolder } from '../fixture.ts';

const label = 'rd_rdfe_stable.221214-0400';

/** A UDF image by Debian's udftools; wrudf, which asks before it writes, puts the files in. */
const makeUdf = (t: TestContext, files: Record<string, string | Buffer>, options: readonly string[] = []): string => {
  const folder = temporaryFolder(t);
  const image = join(folder, 'disc.udf');
  writeFileSync(image, '');
  truncateSync(image, 8 * 1024 * 1024);
  execFileSync('mkudffs', ['--media-type=cdrw', '--udfrev=1.50', `--label=${label}`, ...options, image], {
    stdio: 'pipe',
  });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const commands = Object.keys(files).map(name => `cp ${name} /`);
  if (commands.length > 0) {
    const input = ['y', ...commands, 'quit', ''].join('\n');
    execFileSync('wrudf', [image], { cwd: folder, input, stdio: 'pipe', timeout: 60_000, maxBuffer: 2 ** 24 });
  }
  return image;
};

const pure = (t: TestContext) => makeUdf(t, { 'notes.txt': 'x', 'ovf-env.xml': azureDocument });
/** UDF 1.02 as Azure's disc has it, beside ISO 9660. */
const bridge = (t: TestContext) =>
  makeDisc(t, { 'ovf-env.xml': azureDocument }, { maker: 'genisoimage, Joliet and Rock Ridge, with UDF', label });

for (const [kind, make] of Object.entries({ "udftools' UDF": pure, 'UDF 1.02 beside ISO 9660': bridge })) {
  test(`the document on ${kind}`, async t => {
    const guest = guestWith(t, { drives: { sr0: null, sr1: make(t) } });
    const { found, notices } = await azure.fetch(guest);
    assert.equal(found?.document.toString(), azureDocument);
    assert.equal(found?.source, '/dev/sr1:/ovf-env.xml');
    assert.equal(found?.transport, 'azure');
    assert.deepEqual(notices, []);
    assert.deepEqual(await iso.fetch(guest), { found: null, notices: [] }, 'the standard transport leaves it alone');
  });
}

test('it is UDF that is read where both are there: ISO 9660 is gone, the document is not', async t => {
  const image = bridge(t);
  const bytes = readFileSync(image);
  const at = bytes.indexOf('\x01CD001', 32768, 'latin1');
  bytes.fill(0, at + 156, at + 190); // the root directory's record
  writeFileSync(image, bytes);
  const { found } = await azure.fetch(guestWith(t, { drives: { sr0: image } }));
  assert.equal(found?.document.toString(), azureDocument);
});

test('a disc with ISO 9660 alone is read, too', async t => {
  const disc = makeDisc(t, { 'ovf-env.xml': azureDocument }, { label });
  const { found } = await azure.fetch(guestWith(t, { drives: { sr0: disc } }));
  assert.equal(found?.document.toString(), azureDocument);
});

test('a document over many blocks; one over the limit is a Notice', async t => {
  const long = makeUdf(t, { 'ovf-env.xml': Buffer.alloc(300_001, 'x') });
  assert.equal((await azure.fetch(guestWith(t, { drives: { sr0: long } }))).found?.document.length, 300_001);
  const tooLong = makeUdf(t, { 'ovf-env.xml': Buffer.alloc(largestDocument + 1, 'x') });
  const { found, notices } = await azure.fetch(guestWith(t, { drives: { sr0: tooLong } }));
  assert.equal(found, null);
  assert.equal(notices[0]?.code, 'environment-too-large');
});

test('volumes of every block size and revision that hold no document say nothing', async t => {
  const kinds = [
    ['--media-type=hd', '--blocksize=512', '--udfrev=1.02'],
    ['--media-type=hd', '--blocksize=4096', '--udfrev=2.01'],
    ['--media-type=dvdram', '--udfrev=2.01', '--ad=long'],
    ['--media-type=dvd', '--udfrev=1.02', '--ad=short'],
  ];
  for (const options of kinds) {
    const empty = makeUdf(t, {}, options);
    const answer = await azure.fetch(guestWith(t, { drives: { sr0: empty } }));
    assert.deepEqual(answer, { found: null, notices: [] }, options.join(' '));
  }
});

test('a volume of a kind not read is a Notice: virtual partitions', async t => {
  const image = makeUdf(t, {}, ['--media-type=cdr']);
  const { found, notices } = await azure.fetch(guestWith(t, { drives: { sr0: image } }));
  assert.equal(found, null);
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['environment-disc-damaged'],
  );
});

test('the reserve sequence stands in for a damaged main one', async t => {
  const image = bridge(t);
  const bytes = readFileSync(image);
  bytes.fill(0xff, 32 * 2048, 48 * 2048);
  writeFileSync(image, bytes);
  const { found } = await azure.fetch(guestWith(t, { drives: { sr0: image } }));
  assert.equal(found?.document.toString(), azureDocument);
});

test('an image cut off anywhere gives the document, nothing, or a Notice', async t => {
  const guest = guestWith(t, { drives: { sr0: pure(t) } });
  const device = join(guest.root, 'dev/sr0');
  const outcomes = new Set<string>();
  for (let size = 3 * 1024 * 1024; size > 0; size -= 37 * 2048 + 1) {
    truncateSync(device, size);
    const { found, notices } = await azure.fetch(guest);
    if (found !== null) assert.equal(found.document.toString(), azureDocument);
    outcomes.add(found === null ? (notices[0]?.code ?? 'nothing') : 'document');
  }
  assert.deepEqual([...outcomes].sort(), ['document', 'environment-disc-damaged', 'nothing']);
});

test('corrupted images never throw, and never give another document than the right one', async t => {
  const image = readFileSync(bridge(t));
  const guest = guestWith(t, { drives: { sr0: null } });
  const device = join(guest.root, 'dev/sr0');
  // Blocks that hold any of UDF's structures: elsewhere damage is not seen by a reader.
  const blocks = Array.from({ length: image.length / 2048 }, (_, at) => at).filter(
    at => at >= 16 && image.subarray(at * 2048, at * 2048 + 2048).some(byte => byte !== 0),
  );
  const place = fc.tuple(
    fc.constantFrom(...blocks),
    fc.nat(511),
    fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.constant(Buffer.from([0xff, 0xff, 0xff, 0xff]))),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 30 }), async places => {
      const broken = Buffer.from(image);
      for (const [block, at, bytes] of places) broken.set(bytes, block * 2048 + at);
      writeFileSync(device, broken);
      const { found } = await azure.fetch(guest);
      assert.ok((found?.document.length ?? 0) <= largestDocument);
    }),
    { numRuns: 200 },
  );
});
