/** Debian's own vmware-toolbox-cmd, with a backdoor emulator where ESX would be. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as anyTest, type TestContext } from 'node:test';
import fc from 'fast-check';
import { openGuest } from '../../src/guest/open.ts';
import type { Answer } from '../../src/resources/resource.ts';
import { vmware } from '../../src/resources/vmware.ts';
import { metricsIn, stats, versionIn } from '../../src/resources/vmware-stat.ts';
import { folderWith } from '../detect/folder.ts';
import { compiled } from '../hypervisors/program.ts';
import { detectionOf, groundOf, valuesOf } from './ground.ts';

const backdoor = compiled('vmware-backdoor', '-static');
const REAL = '/usr/bin/vmware-toolbox-cmd';
const MIB = 1024 * 1024;

/** The tool asks the processor first whether it is VMware's: where it cannot be made to fault, it never comes to the port. */
const { status } = spawnSync(backdoor, [tmpdir(), '--', REAL, 'stat', 'speed'], { timeout: 30_000 });
const skip = status === 75 ? false : 'this processor cannot fault on CPUID (arch_prctl(2))';
const test = (name: string, body: (t: TestContext) => Promise<void>) => anyTest(name, { skip }, body);

type Statistic = { bits: 32 | 64; value: number } | null;
const small = (value: number): Statistic => ({ bits: 32, value });
const large = (value: number): Statistic => ({ bits: 64, value });

/** The answer to `guestlib.info.get 3` (open-vm-tools, vmGuestLibInt.h and guestlibV3.x): a header, and statistics in XDR, in order. */
const guestlib = (session: bigint, statistics: readonly Statistic[]): Buffer => {
  const encoded = statistics.map((statistic, at) => {
    const { bits, value } = statistic ?? { bits: [4, 17].includes(at + 1) ? 64 : 32, value: 0 };
    const bytes = Buffer.alloc(8 + bits / 8);
    bytes.writeUInt32BE(at + 1, 0);
    bytes.writeUInt32BE(statistic === null ? 0 : 1, 4);
    if (bits === 32) bytes.writeUInt32BE(value, 8);
    else bytes.writeBigUInt64BE(BigInt(value), 8);
    return bytes;
  });
  const count = Buffer.alloc(4);
  count.writeUInt32BE(statistics.length);
  const data = Buffer.concat([count, ...encoded]);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(3, 0);
  header.writeBigUInt64LE(session, 4);
  header.writeUInt32LE(data.length, 12);
  return Buffer.concat([header, data]);
};

/** CPU reservation, limit, shares, used; host MHz; memory reservation, limit, shares, mapped, active, overhead, ballooned, swapped. */
const host = (limit: Statistic): Buffer =>
  guestlib(0x1234_abcdn, [
    ...[small(1200), small(3600), small(4000), large(5), small(2600)],
    ...[small(1024), limit, small(40960), small(1), small(1), small(1), small(256), small(64)],
  ]);

const resources = JSON.stringify({
  'vm.cpu.contention.cpu': { type: 'accumulate', units: 'us', value: 2_341_000 },
  'guest.mem.ballooned': { type: 'instant', units: 'KB', value: 1 },
});

/** @param tool what stands on the PATH as vmware-toolbox-cmd; null: nothing */
const asked = async (
  t: TestContext,
  tool: ((info: string) => string) | null,
  answers: Record<string, string | Buffer> = {},
): Promise<Answer> => {
  const files = Object.fromEntries(Object.entries(answers).map(([name, content]) => [`/info/${name}`, content]));
  const folder = folderWith(t, { files, folders: ['/info', '/bin'] });
  const script = tool?.(join(folder, 'info'));
  if (script !== undefined)
    writeFileSync(join(folder, 'bin/vmware-toolbox-cmd'), `#!/bin/sh\nexec ${script} "$@"\n`, { mode: 0o755 });
  const path = process.env['PATH'];
  process.env['PATH'] = join(folder, 'bin');
  t.after(() => {
    process.env['PATH'] = path;
  });
  return vmware({ guest: openGuest('/'), detection: detectionOf('vmware'), viewpoint: 'caller' });
};

const emulated =
  (...options: string[]) =>
  (info: string): string =>
    [backdoor, ...options, info, '--', REAL].join(' ');

test('everything an ESX host tells, each with where it was read', async t => {
  const answer = await asked(t, emulated(), {
    mhz: '2400\n',
    'guestlib.info.get 3': host(small(4096)),
    'guestlib.stat.get json resources': resources,
    'guestlib.stat.get json session': '{"session":"4004861987670969122","version":"VMware ESXi 8.0.2 build-22380479"}',
  });
  const { hostTime, ...values } = valuesOf(answer);
  assert.deepEqual(answer.notices, []);
  assert.deepEqual(values, {
    cpuSpeed: 2400,
    session: '0x1234abcd',
    cpuReservation: 1200,
    cpuLimit: 3600,
    memoryReservation: 1024 * MIB,
    memoryLimit: 4096 * MIB,
    memoryBallooned: 256 * MIB,
    memorySwapped: 64 * MIB,
    cpuStolen: 2341,
    hostVersion: 'VMware ESXi 8.0.2 build-22380479',
  });
  assert.ok(Math.abs(Date.parse(String(hostTime)) - Date.now()) < 60_000, String(hostTime));
  assert.equal(answer.told.find(({ name }) => name === 'cpuLimit')?.source, 'vmware-toolbox-cmd stat cpulimit');
});

test('no limit, and what the host does not know, are not told', async t => {
  const unlimited = await asked(t, emulated(), { mhz: '2400', 'guestlib.info.get 3': host(small(0xffff_ffff)) });
  assert.equal(valuesOf(unlimited).memoryLimit, undefined);
  const unknown = await asked(t, emulated(), { mhz: '2400', 'guestlib.info.get 3': host(null) });
  assert.deepEqual([valuesOf(unknown).memoryLimit, valuesOf(unknown).cpuLimit, unknown.notices], [undefined, 3600, []]);
});

test('Workstation knows speed and time alone; that is no Notice', async t => {
  const { told, notices } = await asked(t, emulated(), { mhz: '2400' });
  assert.deepEqual(
    told.map(({ name }) => name),
    ['cpuSpeed', 'hostTime'],
  );
  assert.deepEqual(notices, []);
});

test('a host that never answers costs one time limit, and is one Notice', async t => {
  const began = performance.now();
  const { told, notices } = await asked(t, emulated('--hang'), { mhz: '2400', 'guestlib.info.get 3': host(null) });
  assert.ok(performance.now() - began < 20_000, 'the limit of each is 5 s');
  assert.deepEqual(
    [told.map(({ name }) => name), notices.map(({ code }) => code)],
    [['cpuSpeed', 'hostTime'], ['resources-no-answer']],
  );
});

anyTest('no tool is a Notice on VMware, and silence everywhere else', async t => {
  assert.deepEqual(
    (await asked(t, null)).notices.map(({ code }) => code),
    ['resources-no-tool'],
  );
  assert.deepEqual(await vmware(groundOf(t, {}, 'vmware')), { told: [], notices: [] });
  assert.deepEqual(await vmware(groundOf(t, {}, 'kvm')), { told: [], notices: [] });
});

anyTest('a tool that floods, fails or talks nonsense tells nothing', async t => {
  const flood = await asked(t, () => '/usr/bin/yes --');
  assert.deepEqual([flood.told, flood.notices.map(({ code }) => code)], [[], ['resources-no-answer']]);
  for (const script of ['/bin/sh -c "echo broken >&2; exit 3"', '/bin/echo -1 MHz', '/bin/sh -c "exit 0"']) {
    assert.deepEqual(await asked(t, () => script), { told: [], notices: [] }, script);
  }
});

anyTest('an old tool calls megabytes of the balloon MHz', () => {
  const balloon = stats.find(({ word }) => word === 'balloon');
  assert.equal(balloon?.read('123 MHz'), 123 * MIB);
});

anyTest('metrics are found under their names, in whatever they are wrapped, and only in units we know', () => {
  const metric = { type: 'accumulate', units: 'ms', value: '12' };
  const shapes = [
    { 'vm.cpu.contention.cpu': metric },
    { metrics: { 'vm.cpu.contention.cpu': metric } },
    { session: '1', metrics: [{ name: 'vm.cpu.contention.cpu', ...metric }] },
  ];
  for (const shape of shapes) {
    const told = metricsIn(JSON.stringify(shape), 's');
    assert.deepEqual(told, [{ name: 'cpuStolen', value: 12, source: 's: vm.cpu.contention.cpu' }]);
  }
  const fortnights = { 'vm.cpu.contention.cpu': { ...metric, units: 'fortnights' } };
  assert.deepEqual(metricsIn(JSON.stringify(fortnights), 's'), []);
});

anyTest('property: no answer of the tool makes a value that is none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), text => {
      for (const { read } of stats) {
        const value = read(text.trim());
        assert.ok(value === null || typeof value === 'string' || (Number.isSafeInteger(value) && Number(value) >= 0));
      }
      for (const { value } of [...metricsIn(text, ''), ...versionIn(text, '')])
        assert.ok(typeof value === 'string' || Number.isFinite(value));
    }),
  );
});

anyTest('property: sizes and speeds come out as they were printed', () => {
  fc.assert(
    fc.property(fc.nat(0x7fff_ffff), number => {
      const [limit, reserved] = ['cpulimit', 'memres'].map(word => stats.find(stat => stat.word === word));
      assert.equal(limit?.read(`${number} MHz`), number);
      assert.equal(reserved?.read(`${number} MB`), number * MIB);
    }),
  );
});
