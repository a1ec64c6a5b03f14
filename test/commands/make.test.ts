/** `enlighten env make` as an operator calls it, and what `enlighten env show` reads of it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folderWith } from '../detect/folder.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Under a folder, so that paths are the folder's; what is said to it on standard input comes first. */
const running =
  (root: string, input = '') =>
  (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'env', ...args, '--root', root], {
      encoding: 'utf8',
      input,
    });
    return { code: status, out: stdout, err: stderr };
  };

const descriptor = `<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
  <VirtualSystem ovf:id="web"><ProductSection ovf:class="app">
    <Property ovf:key="port" ovf:type="uint16" ovf:value="443" ovf:userConfigurable="true"/>
    <Property ovf:key="colour" ovf:type="string" ovf:qualifiers="ValueMap{&quot;red&quot;,&quot;blue&quot;}" ovf:userConfigurable="true"/>
    <Property ovf:key="pin" ovf:type="string" ovf:password="true" ovf:qualifiers="MinLen(4)" ovf:userConfigurable="true"/>
    <Property ovf:key="edition" ovf:type="string" ovf:value="free"/>
  </ProductSection></VirtualSystem></Envelope>`;

test('words, --set and --set-file make one document, on standard output where no file is asked for', t => {
  const root = folderWith(t, { files: { '/pin': 's3cret \n' } });
  const env = running(root, 'from a pipe\r\n');
  const { code, out } = env('make', 'a=1=2', '--set', 'b=', '--set-file', 'c=/pin', '--set-file', 'd=-', '--id', 'vm1');
  assert.equal(code, 0);
  const read = JSON.parse(
    running(folderWith(t, { files: { '/env.xml': out } }))('show', '--json', '--file', '/env.xml').out,
  );
  assert.deepEqual(read.properties, { a: '1=2', b: '', c: 's3cret ', d: 'from a pipe' });
  assert.equal(read.id, 'vm1');
  assert.equal(JSON.parse(env('make', 'a=1', '--json').out).document, env('make', 'a=1').out);
});

test('a disc goes into a drive and its properties and siblings come out, files larger than any document beside them; nobody else may read it', t => {
  const root = folderWith(t, { folders: ['/sys/block/sr0', '/dev'], files: { '/logo': 'logo'.repeat(1_000_000) } });
  const env = running(root);
  const siblings = ['--peer', 'db:host=db1', '--peer', 'db:note=a:b=c', '--peer', 'mq:host=mq1'];
  const made = env('make', '--set', 'pw=s3cret', ...siblings, '--ovffile', '/logo', '-o', '/srv/new/env.iso');
  assert.deepEqual([made.code, made.err], [0, '']);
  for (const platform of ['QEMU', 'libvirt', 'Proxmox VE', 'Xen, xl', 'Hyper-V'])
    assert.ok(made.out.includes(platform));
  assert.doesNotMatch(made.out, /s3cret/);
  assert.equal(statSync(join(root, 'srv/new/env.iso')).mode & 0o777, 0o600);
  cpSync(join(root, 'srv/new/env.iso'), join(root, 'dev/sr0'));
  const shown = JSON.parse(env('show', '--json', '--reveal').out);
  assert.deepEqual([shown.transport, shown.source], ['iso', '/dev/sr0:/ovf-env.xml']);
  assert.deepEqual(shown.properties, { pw: 's3cret' });
  assert.deepEqual(shown.peers, [
    { id: 'db', properties: { host: 'db1', note: 'a:b=c' } },
    { id: 'mq', properties: { host: 'mq1' } },
  ]);
  assert.deepEqual(shown.files, ['/ovffiles/logo']);
});

test('each channel: a file for its owner, words for the platforms, JSON for programs', t => {
  const root = folderWith(t, {});
  for (const channel of ['fw-cfg', 'smbios', 'kvp', 'xenstore']) {
    const { code, out } = running(root)('make', 'pw=s3cret', `--${channel}`, '-o', `/${channel}`, '--json');
    assert.equal(code, 0);
    const { schemaVersion, files, handOver } = JSON.parse(out);
    assert.deepEqual([schemaVersion, files], [1, [`/${channel}`]]);
    assert.ok(handOver.every(({ platform, how }: Record<string, string>) => platform && how));
    assert.equal(statSync(join(root, channel)).mode & 0o777, 0o600);
    assert.doesNotMatch(out, /s3cret/);
  }
});

test('with a descriptor: its defaults, and only what it provides for', t => {
  const root = folderWith(t, { files: { '/app.ovf': descriptor, '/no.ovf': '<a/>' } });
  const env = running(root);
  const make = (...sets: string[]) => env('make', '--id', 'web', '--descriptor', '/app.ovf', ...sets);
  const { code } = make('app.colour=red', '-o', '/env.xml');
  assert.equal(code, 0);
  const shown = JSON.parse(env('show', '--json', '--file', '/env.xml').out);
  assert.deepEqual(shown.properties, { 'app.edition': 'free', 'app.port': '443', 'app.colour': 'red' });
  for (const [set, said] of [
    ['app.port=70000', /app\.port: it is not between 0 and 65535/],
    ['app.colour=green', /app\.colour: it is none of the values allowed/],
    ['port=1', /port: it is not in the descriptor, which has app\.port, app\.colour, app\.pin, app\.edition/],
    ['app.edition=gold', /app\.edition: .*userConfigurable/],
    ['app.pin=abc', /app\.pin: it is shorter than 4 characters/],
  ] as const) {
    const refused = make(set);
    assert.deepEqual([refused.code, refused.out], [2, ''], set);
    assert.match(refused.err, said);
  }
  assert.doesNotMatch(make('app.pin=abc').err, /abc/);
  assert.match(make('app.port=x', 'app.colour=y').err, /app\.port.*app\.colour/);
  assert.equal(env('make', '--descriptor', '/no.ovf').code, 1);
  assert.equal(env('make', '--descriptor', '/absent.ovf').code, 1);
});

test('what cannot be meant exits 2, writes nothing, and never repeats a value', t => {
  const root = folderWith(t, {
    files: { '/latin1': Buffer.from([0xe4]), '/env.xml': 'as it was' },
    folders: ['/folder'],
  });
  const wrong = [
    ['s3cret'],
    ['--set', '=s3cret'],
    ['--set', 'a=s3cret', 'a=s3cret'],
    ['--peer', 'a=s3cret'],
    ['--peer', 'vm:s3cret'],
    ['--set-file', 'a=/latin1'],
    ['a=s3cret\x1b'],
    ['a=s3cret', '--kvp'],
    ['a=s3cret', '--kvp', '--smbios', '-o', '/env.xml'],
    ['a=s3cret', '--ovffile', '/latin1', '-o', '/env.xml'],
    ['a=s3cret', '-o', '/folder'],
    [...Array.from({ length: 600 }, (_, at) => `k${at}=${'x'.repeat(2000)}`), '-o', '/env.xml'],
  ];
  for (const args of wrong) {
    const { code, out, err } = running(root)('make', ...args);
    assert.deepEqual([code, out], [2, ''], args.join(' ').slice(0, 200));
    assert.doesNotMatch(err, /s3cret/);
  }
  assert.equal(readFileSync(join(root, 'env.xml'), 'utf8'), 'as it was');
});
