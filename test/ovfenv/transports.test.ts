import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { EnlightenError } from '../../src/errors.ts';
import { largestDocument } from '../../src/ovfenv/limits.ts';
import { opticalDrives } from '../../src/ovfenv/transports/drives.ts';
import { fetchFile } from '../../src/ovfenv/transports/file.ts';
import { iso } from '../../src/ovfenv/transports/iso.ts';
import { counting, document, guestWith, makeDisc, makers } from './fixture.ts';

const names = {
  'ovf-env.xml': /^(ovf[-_]env\.xml)$/i,
  'ovf_env.xml': /^ovf_env\.xml$/i,
  'OVF-ENV.XML': /^ovf[-_]env\.xml$/i,
};

for (const maker of Object.keys(makers) as (keyof typeof makers)[]) {
  for (const [name, onDisc] of Object.entries(names)) {
    test(`${name} on a disc made with ${maker}`, async t => {
      const disc = makeDisc(t, { 'a.txt': 'a', 'zz.bin': Buffer.alloc(5000), [name]: document }, { maker });
      const { found, notices } = await iso.fetch(guestWith(t, { drives: { sr0: disc } }));
      assert.deepEqual(notices, []);
      assert.equal(found?.document.toString(), document);
      assert.match(found?.source ?? '', /^\/dev\/sr0:\/[^/]+$/);
      assert.match(found?.source.split(':/')[1] ?? '', onDisc);
    });
  }
}

test('the document is found among a thousand files, over several sectors of directory', async t => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`a-rather-long-file-name-${i}.txt`, `${i}`]));
  const disc = makeDisc(t, { ...many, 'ovf-env.xml': document });
  const { found } = await iso.fetch(guestWith(t, { drives: { sr0: disc } }));
  assert.equal(found?.document.toString(), document);
});

test('a folder of that name, and one deeper down, are not the document', async t => {
  const disc = makeDisc(t, { 'ovf-env.xml/x': document, 'sub/ovf_env.xml': document });
  assert.deepEqual(await iso.fetch(guestWith(t, { drives: { sr0: disc } })), { found: null, notices: [] });
});

test('the standard name wins over the variant, also where only Joliet or Rock Ridge tells them apart', async t => {
  for (const maker of ['genisoimage, Joliet', 'genisoimage, Rock Ridge'] as const) {
    const disc = makeDisc(t, { 'ovf_env.xml': 'variant', 'ovf-env.xml': 'standard' }, { maker });
    const { found } = await iso.fetch(guestWith(t, { drives: { sr0: disc } }));
    assert.equal(found?.document.toString(), 'standard', maker);
    assert.equal(found?.source, '/dev/sr0:/ovf-env.xml');
  }
});

test('a document of more than 64 KiB is read whole; one over the limit is a Notice', async t => {
  const long = makeDisc(t, { 'ovf-env.xml': Buffer.alloc(300_000, 'x') });
  assert.equal((await iso.fetch(guestWith(t, { drives: { sr0: long } }))).found?.document.length, 300_000);
  const tooLong = makeDisc(t, { 'ovf-env.xml': Buffer.alloc(largestDocument + 1, 'x') });
  const { found, notices } = await iso.fetch(guestWith(t, { drives: { sr0: tooLong } }));
  assert.equal(found, null);
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['environment-too-large'],
  );
});

test('drives are tried in order past empty trays, foreign discs and discs without the document', async t => {
  const foreign = ['config-2', 'cidata', 'CIDATA', 'rd_rdfe_stable_x'].map(label =>
    makeDisc(t, { 'ovf-env.xml': 'not for us' }, { label }),
  );
  const other = makeDisc(t, { 'readme.txt': 'setup' });
  const wanted = makeDisc(t, { 'ovf-env.xml': document });
  const [one = '', two = '', three = '', four = ''] = foreign;
  const drives = { sr0: null, sr1: one, sr2: two, sr3: three, sr4: four, sr5: other, sr10: wanted };
  const { found, notices } = await iso.fetch(guestWith(t, { drives }));
  assert.equal(found?.source, '/dev/sr10:/ovf-env.xml');
  assert.deepEqual(notices, []);
});

test('a drive without a medium is opened and not read', async t => {
  for (const size of ['0', '2097151']) {
    const drives = { sr0: makeDisc(t, { 'ovf-env.xml': document }) };
    const { guest, read } = counting(guestWith(t, { drives, files: { 'sys/block/sr0/size': `${size}\n` } }));
    assert.deepEqual(await iso.fetch(guest), { found: null, notices: [] }, size);
    assert.equal(read.times, 0);
  }
});

test('no drives, no notice', async t => {
  assert.deepEqual(await iso.fetch(guestWith(t, {})), { found: null, notices: [] });
});

test('only optical drives and read-only disks are looked into, SCSI drives first', async t => {
  const guest = guestWith(t, {
    drives: {
      hdc: null,
      hdd: null,
      loop0: null,
      sda: null,
      sdb: null,
      sr10: null,
      sr2: null,
      vda: null,
      vdb: null,
      xvda: null,
      xvdd: null,
    },
    files: {
      'proc/sys/dev/cdrom/info':
        'CD-ROM information, Id: cdrom.c 3.20\n\ndrive name:\t\tsr2\thdc\ndrive speed:\t\t4\t1\n',
      'sys/block/vdb/ro': '1\n',
      'sys/block/vda/ro': '0\n',
      'sys/block/xvdd/ro': '1\n',
      'sys/block/sdb/ro': '1\n',
      'sys/block/loop0/ro': '1\n',
    },
  });
  assert.deepEqual(await opticalDrives(guest), ['sr2', 'sr10', 'hdc', 'xvdd', 'vdb', 'sdb']);
});

test('an image cut off anywhere gives the document, nothing, or a Notice', async t => {
  const disc = makeDisc(t, { 'ovf-env.xml': document.repeat(20) });
  const guest = guestWith(t, { drives: { sr0: disc } });
  const whole = document.repeat(20);
  const device = join(guest.root, 'dev/sr0');
  const outcomes = new Set<string>();
  for (let size = statSync(device).size; size > 0; size -= 2048 * 3 + 1) {
    truncateSync(device, size);
    const { found, notices } = await iso.fetch(guest);
    if (found !== null) assert.equal(found.document.toString(), whole);
    outcomes.add(found === null ? (notices[0]?.code ?? 'nothing') : 'document');
  }
  assert.deepEqual([...outcomes], ['document', 'environment-disc-damaged', 'nothing']);
});

test('a device that fails while it is read is a Notice', async t => {
  const disc = makeDisc(t, { 'ovf-env.xml': document });
  const guest = guestWith(t, { drives: { sr0: disc } });
  const failing = (after: number): typeof guest => ({
    ...guest,
    async block(path) {
      const reader = await guest.block(path);
      let reads = 0;
      return (
        reader && {
          close: reader.close,
          async read(offset, length) {
            reads += 1;
            if (reads <= after) return reader.read(offset, length);
            throw new EnlightenError('unreadable', { tried: 'read', on: path, happened: 'EIO: i/o error, read' });
          },
        }
      );
    },
  });
  const codes = async (after: number) => (await iso.fetch(failing(after))).notices.map(({ code }) => code);
  assert.deepEqual(await codes(0), [], 'an empty tray');
  assert.deepEqual(await codes(1), ['environment-disc-unreadable']);
  assert.deepEqual(await codes(2), ['environment-disc-unreadable']);
  assert.deepEqual(await codes(3), []);
});

test('corrupted images end quickly and never throw', async t => {
  const disc = makeDisc(t, { 'ovf-env.xml': document, 'b.txt': 'b' });
  const guest = guestWith(t, { drives: { sr0: disc } });
  const image = readFileSync(disc).subarray(0, 64 * 2048);
  // Descriptors and directories lie in the first sectors after the system area: that is where damage counts.
  const damage = fc.array(
    fc.record({
      at: fc.integer({ min: 32768, max: image.length - 8 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(damage, async places => {
      const broken = Buffer.from(image);
      for (const { at, bytes } of places) broken.set(bytes, at);
      writeFileSync(join(guest.root, 'dev/sr0'), broken);
      const { found } = await iso.fetch(guest);
      assert.ok((found?.document.length ?? 0) <= largestDocument);
    }),
    { numRuns: 300 },
  );
});

test('every single field of descriptor and directory at its extremes is survived', async t => {
  const disc = makeDisc(t, { 'ovf-env.xml': document }, { maker: 'genisoimage, Joliet' });
  const guest = guestWith(t, { drives: { sr0: disc } });
  const image = readFileSync(disc);
  for (const sector of [16, 17, 18]) {
    for (const at of [0, 1, 6, 88, 128, 129, 156, 157, 158, 161, 166, 169, 181, 182, 188, 189]) {
      for (const byte of [0, 1, 0x7f, 0xff]) {
        const broken = Buffer.from(image);
        broken[sector * 2048 + at] = byte;
        writeFileSync(join(guest.root, 'dev/sr0'), broken);
        await iso.fetch(guest);
      }
    }
  }
});

test('random bytes are not an ISO', async t => {
  const guest = guestWith(t, { drives: { sr0: null } });
  const device = join(guest.root, 'dev/sr0');
  rmSync(device, { force: true });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, signed) => {
      const image = Buffer.alloc(20 * 2048, Buffer.from([...bytes, 1]));
      if (signed) image.write('\x01CD001\x01', 16 * 2048, 'latin1');
      writeFileSync(device, image);
      assert.equal((await iso.fetch(guest)).found, null);
    }),
    { numRuns: 100 },
  );
});

test('a file named by a person is read as it is; one that is absent or too large throws', async t => {
  const files = { 'env.xml': document, 'big.xml': Buffer.alloc(largestDocument + 1) };
  const guest = guestWith(t, { files });
  const fetched = await fetchFile(guest, '/env.xml');
  assert.deepEqual(
    { ...fetched, document: fetched.document.toString() },
    { transport: 'file', source: '/env.xml', document },
  );
  await assert.rejects(fetchFile(guest, '/none.xml'), { code: 'none' });
  await assert.rejects(fetchFile(guest, '/big.xml'), { code: 'too-large' });
});
