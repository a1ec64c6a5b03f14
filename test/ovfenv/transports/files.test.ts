/** The transports whose document lies in a file of the kernel's or of PID 1. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { credential } from '../../../src/ovfenv/transports/credential.ts';
import { fwCfg } from '../../../src/ovfenv/transports/fw-cfg.ts';
import { smbios } from '../../../src/ovfenv/transports/smbios.ts';
import { smbiosStringsOf } from '../../../src/ovfenv/transports/smbios-strings.ts';
import type { Transport } from '../../../src/ovfenv/transports/transport.ts';
import { document, guestWith } from '../fixture.ts';

const byName = 'sys/firmware/qemu_fw_cfg/by_name/opt/org.dmtf.ovf/env/raw';
const byKey = 'sys/firmware/qemu_fw_cfg/by_key';
const system = 'run/credentials/@system/ovf.env';
const ofService = 'run/credentials/enlighten.service/ovf.env';
const entries = 'sys/firmware/dmi/entries';

/** As the firmware lays it out: type, length of the formatted part, handle, count, then the strings. */
const structure = (strings: readonly string[]): Buffer =>
  Buffer.concat([Buffer.from([11, 5, 0, 14, strings.length]), Buffer.from(`${strings.join('\0')}\0\0`, 'latin1')]);

const codes = async (transport: Transport, guest: ReturnType<typeof guestWith>) =>
  (await transport.fetch(guest)).notices.map(({ code }) => code);

test('nothing there is nothing said', async t => {
  for (const transport of [fwCfg, credential, smbios]) {
    assert.deepEqual(await transport.fetch(guestWith(t, {})), { found: null, notices: [] }, transport.name);
  }
});

const places: [Transport, string, string | Buffer][] = [
  [fwCfg, byName, document],
  [fwCfg, byName, gzipSync(document)],
  [credential, system, document],
  [credential, ofService, document],
  [smbios, `${entries}/11-0/raw`, structure(['else', ...smbiosStringsOf(Buffer.from(document), 200)])],
];
for (const [transport, path, content] of places) {
  test(`${transport.name} at ${path}${Buffer.isBuffer(content) ? ', packed' : ''}`, async t => {
    const { found, notices } = await transport.fetch(guestWith(t, { files: { [path]: content } }));
    assert.equal(found?.document.toString(), document);
    assert.equal(found?.transport, transport.name);
    assert.equal(found?.source, `/${path.replace('11-0/raw', '11-*')}`);
    assert.deepEqual(notices, []);
  });
}

test('fw_cfg is found by its key where another item stands in the way of its name', async t => {
  const files = {
    'sys/firmware/qemu_fw_cfg/by_name/opt/org.dmtf.ovf': 'an item of this name is a file',
    [`${byKey}/25/name`]: 'opt/org.dmtf.ovf\n',
    [`${byKey}/26/name`]: 'opt/org.dmtf.ovf/env\n',
    [`${byKey}/26/raw`]: document,
  };
  const { found } = await fwCfg.fetch(guestWith(t, { files }));
  assert.equal(found?.document.toString(), document);
  assert.equal(found?.source, `/${byKey}/26/raw`);
});

test('fw_cfg reads no more than takes a second or two, and unpacks no bomb', async t => {
  const long = guestWith(t, { files: { [byName]: Buffer.alloc(70_000, 'x') } });
  assert.deepEqual(await codes(fwCfg, long), ['environment-too-large']);
  const bomb = guestWith(t, { files: { [byName]: gzipSync(Buffer.alloc(8_000_000)) } });
  assert.deepEqual(await codes(fwCfg, bomb), ['environment-too-large']);
  const torn = guestWith(t, { files: { [byName]: gzipSync(document).subarray(0, 100) } });
  assert.deepEqual(await codes(fwCfg, torn), ['environment-damaged']);
});

test("what our own service was handed wins over the system's credential", async t => {
  const { found } = await credential.fetch(guestWith(t, { files: { [system]: 'system', [ofService]: 'service' } }));
  assert.equal(found?.document.toString(), 'service');
});

test('OEM strings over several structures, in the order of nobody', async t => {
  const [one = '', ...others] = smbiosStringsOf(Buffer.from(document), 120);
  const files = {
    [`${entries}/1-0/raw`]: structure([`org.dmtf.ovf.env:1/1:AAAA`]),
    [`${entries}/11-0/raw`]: structure(['vendor', ...others]),
    [`${entries}/11-1/raw`]: structure([one]),
  };
  assert.equal((await smbios.fetch(guestWith(t, { files }))).found?.document.toString(), document);
  const { [`${entries}/11-1/raw`]: _, ...fewer } = files;
  const { found, notices } = await smbios.fetch(guestWith(t, { files: fewer }));
  assert.equal(found, null);
  assert.match(notices[0]?.happened ?? '', /OEM string 1 of \d+ is missing/);
});

test('a machine full of OEM strings is a Notice, not a machine full of memory', async t => {
  const files = { [`${entries}/11-0/raw`]: Buffer.alloc(5_000_000, 'x') };
  assert.deepEqual(await codes(smbios, guestWith(t, { files })), ['environment-too-large']);
});

test('whatever the tables hold, the transport answers', async t => {
  const sound = structure(smbiosStringsOf(Buffer.from(document), 300));
  const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(sound.length), async (places, length) => {
      const broken = Buffer.from(sound);
      for (const [at, byte] of places) broken[at] = byte;
      const guest = guestWith(t, {});
      const answer = await smbios.fetch({
        ...guest,
        list: async () => ['11-0'],
        read: async () => broken.subarray(0, length),
      });
      assert.ok(answer.found === null || answer.notices.length === 0);
    }),
    { numRuns: 200 },
  );
});
