/** Debian's own vmware-rpctool and vmtoolsd, with a backdoor emulator where VMware would be, found on the PATH as ever. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as anyTest, type TestContext } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { largestDocument } from '../../src/ovfenv/limits.ts';
import { fetchEnvironment } from '../../src/ovfenv/read.ts';
import { guestinfo } from '../../src/ovfenv/transports/guestinfo.ts';
import { asDocument } from '../../src/ovfenv/transports/pieces.ts';
import type { Transport } from '../../src/ovfenv/transports/transport.ts';
import { folderWith } from '../detect/folder.ts';
import { compiled } from '../hypervisors/program.ts';
import { document } from './fixture.ts';

const backdoor = compiled('vmware-backdoor', '-static');
const real = { 'vmware-rpctool': '/usr/bin/vmware-rpctool', vmtoolsd: '/usr/bin/vmtoolsd' };
type Client = keyof typeof real;

/** The clients ask the processor first whether it is VMware's: where it cannot be made to fault, they never come to the port. */
const { status } = spawnSync(backdoor, [tmpdir(), '--', real['vmware-rpctool'], 'info-get none'], { timeout: 30_000 });
const skip = status === 1 ? false : 'this processor cannot fault on CPUID (arch_prctl(2))';
const test = (name: string, body: (t: TestContext) => Promise<void>) => anyTest(name, { skip }, body);

/** What stands on the PATH under a client's name: the emulator's options, `bare` for the client outside of VMware, or a script. */
type Standing = string[] | 'bare' | { script: string };

/** A machine with these clients, all others missing, and this guestinfo. */
const machine = (
  t: TestContext,
  clients: Partial<Record<Client, Standing>>,
  variables: Record<string, string | Buffer> = {},
) => {
  const files = Object.fromEntries(Object.entries(variables).map(([key, value]) => [`/info/${key}`, value]));
  const folder = folderWith(t, { files, folders: ['/info', '/bin'] });
  const info = join(folder, 'info');
  for (const [client, standing] of Object.entries(clients) as [Client, Standing][]) {
    const emulated = (options: string[]) => [backdoor, ...options, info, '--', real[client]].join(' ');
    const command = standing === 'bare' ? real[client] : Array.isArray(standing) ? emulated(standing) : standing.script;
    const asked = `echo ${client} >> ${folder}/asked`;
    writeFileSync(join(folder, 'bin', client), `#!/bin/sh\n${asked}\nexec ${command} "$@"\n`, { mode: 0o755 });
  }
  const path = process.env['PATH'];
  process.env['PATH'] = join(folder, 'bin');
  t.after(() => {
    process.env['PATH'] = path;
  });
  const asked = () =>
    existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n') : [];
  return { guest: openGuest('/'), info, asked };
};

/** Command lines of living processes that hold this word. */
const processesWith = (word: string): string[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // gone meanwhile
      }
    })
    .filter(line => line.includes(word));

const key = 'guestinfo.ovfEnv';
const nothing = { found: null, notices: [] };

test('found, by the first client, byte for byte', async t => {
  const { guest, asked } = machine(t, { 'vmware-rpctool': [], vmtoolsd: [] }, { [key]: document });
  const { found, notices } = await guestinfo.fetch(guest);
  assert.deepEqual(notices, []);
  assert.equal(found?.document.toString(), document);
  assert.equal(found?.transport, 'guestinfo');
  assert.deepEqual(asked(), ['vmware-rpctool']);
});

for (const client of Object.keys(real) as Client[]) {
  test(`${client}: 110,000 bytes of every value but NUL arrive as they are, also where the locale is C`, async t => {
    const bytes = Buffer.from(Array.from({ length: 110_001 }, (_, at) => (at % 255) + 1));
    const { guest } = machine(t, { [client]: [] }, { [key]: bytes });
    const locale = process.env['LC_ALL'];
    process.env['LC_ALL'] = 'C';
    t.after(() => {
      if (locale === undefined) delete process.env['LC_ALL'];
      else process.env['LC_ALL'] = locale;
    });
    const { found } = await guestinfo.fetch(guest);
    assert.ok(found?.document.equals(bytes));
  });

  test(`${client}: only the client's own line feed is taken off`, async t => {
    const { guest } = machine(t, { [client]: [] }, { [key]: `${document}\n\n` });
    assert.equal((await guestinfo.fetch(guest)).found?.document.toString(), `${document}\n\n`);
  });

  test(`${client}: not set, empty, blank, and outside of VMware are nothing, in silence`, async t => {
    assert.deepEqual(await guestinfo.fetch(machine(t, { [client]: [] }).guest), nothing);
    assert.deepEqual(await guestinfo.fetch(machine(t, { [client]: [] }, { [key]: '' }).guest), nothing);
    assert.deepEqual(await guestinfo.fetch(machine(t, { [client]: [] }, { [key]: ' ' }).guest), nothing);
    assert.deepEqual(await guestinfo.fetch(machine(t, { [client]: 'bare' }, { [key]: document }).guest), nothing);
  });
}

test('not set: the other client is not asked', async t => {
  const { guest, asked } = machine(t, { 'vmware-rpctool': [], vmtoolsd: [] });
  assert.deepEqual(await guestinfo.fetch(guest), nothing);
  assert.deepEqual(asked(), ['vmware-rpctool']);
});

test('permission denied: vmtoolsd is asked instead, and where it may not ask either, or is missing, there is a Notice', async t => {
  const denied = ['--deny', 'info-get'];
  const fallen = machine(t, { 'vmware-rpctool': denied, vmtoolsd: [] }, { [key]: document });
  const { found, notices } = await guestinfo.fetch(fallen.guest);
  assert.equal(found?.source, 'guestinfo.ovfEnv (vmtoolsd)');
  assert.deepEqual(notices, []);
  assert.deepEqual(fallen.asked(), ['vmware-rpctool', 'vmtoolsd']);
  for (const clients of [{ 'vmware-rpctool': denied, vmtoolsd: denied }, { 'vmware-rpctool': denied }]) {
    const refused = await guestinfo.fetch(machine(t, clients, { [key]: document }).guest);
    assert.equal(refused.found, null);
    assert.equal(refused.notices[0]?.code, 'environment-unreadable');
    assert.match(refused.notices[0]?.happened ?? '', /Permission denied/);
  }
});

anyTest('no client installed: worth a word on VMware, where nothing else had a document either', async t => {
  const { guest } = machine(t, {});
  const seed = (text: string | null): Transport => ({
    name: 'seed',
    fetch: async () => (text === null ? nothing : asDocument('seed', '/seed', Buffer.from(text))),
  });
  const codes = async (asking: Transport[]) => {
    const order = { asking: asking.map(transport => ({ transport, because: '' })), leaving: [] };
    return (await fetchEnvironment(guest, null, { order })).notices.map(({ code }) => code);
  };
  assert.deepEqual(await codes([guestinfo, seed(null)]), ['environment-no-client']);
  assert.deepEqual(await codes([guestinfo, seed(document)]), []);
  assert.deepEqual(
    await guestinfo.fetch(openGuest(folderWith(t, {}))),
    nothing,
    'a folder tells nothing of its programs',
  );
});

anyTest('a client that is there is not missing, whatever it says', async t => {
  const { guest } = machine(t, { vmtoolsd: { script: '/bin/sh -c "exit 1"' } });
  assert.deepEqual(await guestinfo.fetch(guest), nothing);
});

test('a host that never answers ends in a Notice, the client does not stay behind, and the other is not asked', async t => {
  const { guest, asked, info } = machine(t, { 'vmware-rpctool': ['--hang'], vmtoolsd: [] }, { [key]: document });
  const began = performance.now();
  const { found, notices } = await guestinfo.fetch(guest);
  assert.ok(performance.now() - began < 30_000, 'the limit is 5 s');
  assert.equal(found, null);
  assert.match(notices[0]?.happened ?? '', /no answer within 5 s/);
  assert.deepEqual(asked(), ['vmware-rpctool']);
  assert.deepEqual(processesWith(info), []);
});

test('the largest document arrives; one byte more, and a client that never stops talking, are a Notice', async t => {
  const largest = Buffer.alloc(largestDocument, 'x');
  const exact = machine(t, { 'vmware-rpctool': [] }, { [key]: largest });
  assert.ok((await guestinfo.fetch(exact.guest)).found?.document.equals(largest));
  for (const standing of [[], { script: '/usr/bin/yes --' }] satisfies Standing[]) {
    const { guest } = machine(t, { 'vmware-rpctool': standing }, { [key]: Buffer.alloc(largestDocument + 1, 'x') });
    const { found, notices } = await guestinfo.fetch(guest);
    assert.equal(found, null);
    assert.deepEqual(
      notices.map(({ code }) => code),
      ['environment-too-large'],
    );
  }
});

test('a client that cannot run is a Notice', async t => {
  const { guest } = machine(t, { 'vmware-rpctool': { script: '/bin/sh -c "echo broken >&2; exit 3"' } });
  assert.match((await guestinfo.fetch(guest)).notices[0]?.happened ?? '', /broken/);
});

for (const client of Object.keys(real) as Client[]) {
  test(`scrub by ${client}: the variable is blank afterwards, and there is nothing to read`, async t => {
    const { guest, info } = machine(t, { [client]: [] }, { [key]: document, 'guestinfo.other': 'kept' });
    const { found } = await guestinfo.fetch(guest);
    assert.ok(found);
    assert.equal(await guestinfo.scrub?.(guest, found), true);
    assert.equal(readFileSync(join(info, key), 'utf8').trim(), '');
    assert.equal(readFileSync(join(info, 'guestinfo.other'), 'utf8'), 'kept');
    assert.deepEqual(await guestinfo.fetch(guest), nothing);
  });
}

test('scrub says so when the host refuses', async t => {
  const denied = ['--deny', 'info-set'];
  const { guest, info } = machine(t, { 'vmware-rpctool': denied, vmtoolsd: denied }, { [key]: document });
  const { found } = await guestinfo.fetch(guest);
  assert.ok(found);
  assert.equal(await guestinfo.scrub?.(guest, found), false);
  assert.equal(readFileSync(join(info, key), 'utf8'), document);
});
