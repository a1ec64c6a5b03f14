/** Each medium, handed over as its words say, is read back by the transport it is for: equal properties, whatever they are. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openGuest } from '../../../src/guest/open.ts';
import { readDocument } from '../../../src/ovfenv/document.ts';
import type { Environment } from '../../../src/ovfenv/environment.ts';
import { makeDocument, type Wishes } from '../../../src/ovfenv/make/document.ts';
import { type MediumName, media } from '../../../src/ovfenv/make/media.ts';
import type { Made } from '../../../src/ovfenv/make/medium.ts';
import { transports } from '../../../src/ovfenv/transports/index.ts';
import { type Contents, folderWith } from '../../detect/folder.ts';
import { fetchedThrough, store } from '../../hypervisors/xenstore.ts';
import { anyWishes, wishing } from './wishes.ts';

const contentOf = ({ files }: Made): Buffer => Buffer.concat(files.map(({ content }) => content));

/** DSP0134 §7.12: type, length, handle, count, then the strings. */
const oemStrings = ({ files }: Made): Buffer =>
  Buffer.concat([
    Buffer.of(11, 5, 0, 0x0e, files.length),
    ...files.flatMap(({ content }) => [content, Buffer.of(0)]),
    Buffer.of(0),
  ]);

/** The pool hv_kvp_daemon would write, from what the script for the host says. */
const pool = (made: Made): Buffer =>
  Buffer.concat(
    [
      ...contentOf(made)
        .toString()
        .matchAll(/^ {2}'([\w.]+)' = '([\w+/=]*)'$/gm),
    ].map(([, key = '', value = '']) => {
      const record = Buffer.alloc(512 + 2048, '?');
      record.write(`${key}\0`, 0);
      Buffer.concat([Buffer.from(value, 'base64'), Buffer.of(0)]).copy(record, 512);
      return record;
    }),
  );

/** Stand-ins for dom0's programs, which keep each node as a file of $STORE that has the node's path with + for / as its name. */
const dom0 = {
  xl: 'echo 7',
  'xenstore-rm': 'node=$(file "$1"); rm -f "$node" "$node"+*',
  'xenstore-write': 'printf %s "$2" >"$(file "$1")"',
  xe: `for arg; do case $arg in
      param-key=*) node=$(file "/local/domain/7/\${arg#*=}") ;;
      xenstore-data:*) pair=\${arg#*:}; node=$(file "/local/domain/7/\${pair%%=*}") ;;
    esac; done
    case $1 in
      vm-param-get) [ -f "$node" ] ;;
      vm-param-remove) rm "$node" ;;
      vm-param-set) printf %s "\${pair#*=}" >"$node" ;;
    esac`,
};
const preamble = '#!/bin/sh\nset -e\nfile() { echo "$STORE/$(echo "$1" | tr / +)"; }';

/** A dom0 on which scripts of ours have run: the nodes of the guest. */
const ran = (t: TestContext, toolstack: 'xl' | 'xe', ...scripts: Made[]): Map<string, Buffer> => {
  const programs = Object.entries(dom0).map(([name, script]) => [`bin/${name}`, `${preamble}\n${script}\n`]);
  const folder = folderWith(t, { files: Object.fromEntries(programs), folders: ['store'] });
  const [bin, nodes] = [join(folder, 'bin'), join(folder, 'store')];
  for (const name of Object.keys(dom0)) chmodSync(join(bin, name), 0o755);
  for (const script of scripts)
    execFileSync('sh', ['-s', toolstack, 'guest'], {
      env: { PATH: `${bin}:/usr/bin:/bin`, STORE: nodes },
      input: contentOf(script),
    });
  const path = (file: string): string => file.replaceAll('+', '/').replace('/local/domain/7/', '');
  return new Map(readdirSync(nodes).map(file => [path(file), readFileSync(join(nodes, file))]));
};

/** The folder of a guest that was handed this. */
const guests: Record<Exclude<MediumName, 'document' | 'xenstore'>, (made: Made) => Contents> = {
  iso: made => ({ folders: ['sys/block/sr0'], files: { 'dev/sr0': contentOf(made) } }),
  'fw-cfg': made => ({ files: { 'sys/firmware/qemu_fw_cfg/by_name/opt/org.dmtf.ovf/env/raw': contentOf(made) } }),
  smbios: made => ({ files: { 'sys/firmware/dmi/entries/11-0/raw': oemStrings(made) } }),
  kvp: made => ({ files: { 'var/lib/hyperv/.kvp_pool_0': pool(made) } }),
};
const transportOf = { iso: 'iso', 'fw-cfg': 'fw_cfg', smbios: 'smbios', kvp: 'kvp' } as const;

const madeOn = (medium: MediumName, wishes: Wishes): Made =>
  media[medium]({ document: makeDocument(wishes), file: '/srv/env', companions: new Map() });

const environmentIn = async (document: Buffer | undefined): Promise<Environment> => {
  assert.ok(document);
  const read = await readDocument({ transport: 'file', source: 'made', document });
  assert.ok('environment' in read, JSON.stringify(read));
  return read.environment;
};

const readBack = async (t: TestContext, medium: keyof typeof guests, wishes: Wishes): Promise<Environment> => {
  const guest = openGuest(folderWith(t, guests[medium](madeOn(medium, wishes))));
  const transport = transports.find(({ name }) => name === transportOf[medium]);
  const fetched = await transport?.fetch(guest);
  assert.deepEqual(fetched?.notices, []);
  return environmentIn(fetched?.found?.document);
};

const same = (environment: Environment, wishes: Wishes): void => {
  assert.deepEqual({ ...environment.properties }, { ...wishes.properties });
  assert.deepEqual(
    environment.peers.map(({ id, properties }) => [id, { ...properties }]),
    wishes.peers.map(({ id, properties }) => [id, { ...properties }]),
  );
};

/** Some KiB that neither shrink nor are ASCII, with white space wherever a piece may end. */
const long = wishing(
  Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, ` ${Math.sin(at + 1)} ü€😀 \n`.repeat(10)])),
);

for (const medium of Object.keys(guests) as (keyof typeof guests)[]) {
  test(`${medium}: any properties come back`, async t => {
    same(await readBack(t, medium, long), long);
    await fc.assert(
      fc.asyncProperty(anyWishes, async wishes => same(await readBack(t, medium, wishes), wishes)),
      { numRuns: 25 },
    );
  });
}

for (const toolstack of ['xl', 'xe'] as const)
  test(`xenstore, written by ${toolstack}: the last document comes back, whole or in pieces`, async t => {
    const short = wishing({ key: 'it\'s $HOME `x` \\n "q"' });
    for (const order of [
      [short, long],
      [long, short],
      [wishing({ ...long.properties, ...short.properties }), long],
    ]) {
      const nodes = ran(t, toolstack, ...order.map(wishes => madeOn('xenstore', wishes)));
      const { found, notices } = await fetchedThrough(store(nodes));
      assert.deepEqual(notices, []);
      same(await environmentIn(found?.document), order.at(-1) ?? short);
    }
  });

test('a script for dom0 is no program of its values', t => {
  const value = `'; touch "$STORE/pwned"; '$(touch "$STORE/pwned")\`touch "$STORE/pwned"\``;
  const nodes = ran(t, 'xl', madeOn('xenstore', wishing({ value })));
  assert.deepEqual([...nodes.keys()], ['vm-data/ovfenv']);
  assert.match(String(nodes.get('vm-data/ovfenv')), /touch/);
});

test('what a channel cannot carry is refused, and a disc carries it', () => {
  const random = Array.from({ length: 3000 }, (_, at) => [
    `k${at}`,
    `${Math.sin(at + 1)}${Math.cos(at + 1)}`.repeat(2),
  ]);
  const huge = wishing(Object.fromEntries(random));
  for (const medium of ['fw-cfg', 'smbios'] as const)
    assert.throws(() => madeOn(medium, huge), { name: 'EnlightenError', code: 'usage', remedy: /\.iso/ });
  assert.ok(contentOf(madeOn('iso', huge)).length > 100_000);
});

test('nothing but the files holds a value in clear; names are quoted for who reads them', () => {
  const secret = wishing({ 'admin.password': 'correct horse' });
  for (const medium of Object.keys(media) as MediumName[]) {
    const file = `/srv/it's "my", env`;
    const { handOver } = media[medium]({ document: makeDocument(secret), file, companions: new Map() });
    assert.doesNotMatch(JSON.stringify(handOver), /correct horse/, medium);
    for (const { platform, how } of handOver)
      if (platform === 'QEMU') {
        const words = execFileSync('sh', ['-c', `printf '%s\\n' ${how}`], { encoding: 'utf8' });
        assert.equal(words.includes(`=${file.replaceAll(',', ',,')}`), true, how);
        assert.equal(words.split('\n').length, 3, how);
      } else if (platform === 'Proxmox VE' && how.includes('--args')) {
        const words = execFileSync('sh', ['-c', `eval "printf '%s\\n' $(sh -c 'printf %s "$4"' ${how})"`], {
          encoding: 'utf8',
        });
        assert.ok(words.includes(`=${file.replaceAll(',', ',,')}`), how);
      }
  }
});
