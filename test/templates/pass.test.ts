/** Templates in a whole pass: rendered at the first boot, left alone at the second, undone byte for byte. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { put } from '../kernel/machine.ts';
import { makeDisc } from '../ovfenv/fixture.ts';
import { appliance, disk, powerOn, statusOn } from '../pass/appliance.ts';
import { environmentDocument } from '../vm/iso.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const run = (root: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--root', root], { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
};

const FILE = '/etc/enlighten/templates.d/shop.mustache';
const TARGET = '/etc/shop/shop.conf';
const ID = `template:${TARGET}`;
const head = (more = ''): string => `---\ntarget: ${TARGET}\nreload: shop.service\n${more}---\n`;
const text = 'title = {{property.shop.title}}\nworkers = {{threads}}\nheap = {{heap}}\n';
const VALUES = 'values:\n  heap: = memory / 2\n';

/** A sealed appliance with this template and these properties, not yet booted. */
const machine = (t: TestContext, template: string, properties: Record<string, string>): string => {
  const root = appliance();
  t.after(() => rmSync(root, { recursive: true, force: true }));
  put(root, '/sys/devices/system/cpu/online', '0-3\n');
  deploy(t, root, properties);
  put(root, FILE, template);
  chmodSync(root + FILE, 0o644);
  return root;
};

const deploy = (t: TestContext, root: string, properties: Record<string, string>): void => {
  put(root, '/dev/sr0', readFileSync(makeDisc(t, { 'ovf-env.xml': environmentDocument({ properties }) })));
  put(root, '/sys/block/sr0/ro', '1\n');
};

const boot = (root: string, id: string) => {
  powerOn(root, id);
  return run(root, 'boot', '--verbose');
};
const target = (root: string): string => readFileSync(root + TARGET, 'utf8');
const modeOf = (root: string): string => (statSync(root + TARGET).mode & 0o7777).toString(8);
const step = (root: string) =>
  JSON.parse(run(root, 'plan', '--json').out).steps.find((one: { id: string }) => one.id === ID);
const codes = (root: string): string[] => statusOn(root).notices.map(({ code }: { code: string }) => code);

const shop = { 'shop.title': 'Tea & Coffee' };
const rendered = 'title = Tea & Coffee\nworkers = 4\nheap = 511705088\n';

test('rendered from properties, resources and expressions; undone to the previous bytes, mode and owner', t => {
  const root = machine(t, head(VALUES) + text, shop);
  put(root, TARGET, 'the package’s own\n');
  chmodSync(root + TARGET, 0o664);
  assert.deepEqual([step(root).state, step(root).current, step(root).desired], ['pending', 'otherwise', 'rendered']);
  boot(root, 'b1');
  assert.equal(target(root), rendered);
  assert.equal(modeOf(root), '664');
  assert.equal(step(root).state, 'satisfied');
  const applied = statusOn(root).applied.find((one: { id: string }) => one.id === ID);
  assert.deepEqual([applied.before, applied.after], ['present', 'rendered']);
  assert.equal(run(root, 'undo', '--step', ID).code, 0);
  assert.equal(target(root), 'the package’s own\n');
  assert.equal(modeOf(root), '664');
  assert.equal(step(root).state, 'held');
});

test('a file that was not there goes again', t => {
  const root = machine(t, `${head('mode: 0640\n')}x = {{hypervisor}}\n`, {});
  boot(root, 'b1');
  assert.deepEqual([target(root), modeOf(root)], ['x = kvm\n', '640']);
  run(root, 'undo', '--step', ID);
  assert.ok(!existsSync(root + TARGET));
});

test('a boot in which nothing changed renders nothing and writes nothing; each input that changes is a reason', t => {
  const root = machine(t, head(VALUES) + text, shop);
  boot(root, 'b1');
  boot(root, 'b2');
  boot(root, 'b3');
  const before = disk(root);
  assert.match(boot(root, 'b4').err, /unchanged/);
  assert.deepEqual(
    [...disk(root)].filter(([path, value]) => before.get(path) !== value && !path.startsWith('/boot/grub')),
    [],
  );
  deploy(t, root, { 'shop.title': 'Wine' });
  boot(root, 'b5');
  assert.match(target(root), /^title = Wine$/m);
  put(root, FILE, `${head()}other\n`);
  boot(root, 'b6');
  assert.equal(target(root), 'other\n');
  put(root, FILE, `${head()}{{threads}}\n`);
  boot(root, 'b7');
  put(root, '/sys/devices/system/cpu/online', '0-7\n');
  put(root, '/sys/devices/system/cpu/present', '0-7\n');
  boot(root, 'b8');
  assert.equal(target(root), '8\n');
});

test('what a shell sources has the sizes, also at a boot in which nothing changed', t => {
  const root = machine(t, `${head()}x\n`, {});
  for (const id of ['b1', 'b2', 'b3']) {
    boot(root, id);
    const lines = readFileSync(`${root}/run/enlighten/env`, 'utf8');
    assert.match(
      lines,
      /^ENLIGHTEN_CPUS='4'\nENLIGHTEN_THREADS='4'\nENLIGHTEN_MEMORY='1023410176'\nENLIGHTEN_GUARANTEED_MEMORY=''$/m,
    );
  }
});

test('an unknown name is a Notice, and the file stays as it was', t => {
  const root = machine(t, `${head()}{{property.shop.colour}}\n`, shop);
  put(root, TARGET, 'before\n');
  boot(root, 'b1');
  assert.equal(target(root), 'before\n');
  assert.ok(codes(root).includes('template-not-rendered'));
  assert.equal(step(root), undefined);
});

test('a secret makes its file private, with a word where it would not have been', t => {
  const secret = { 'db.password': 's3cret-planted' };
  const root = machine(t, `${head()}p = {{property.db.password}}\n`, secret);
  boot(root, 'b1');
  assert.deepEqual([modeOf(root), codes(root).includes('template-secret')], ['600', false]);
  put(root, FILE, `${head('mode: 0644\n')}p = {{property.db.password}}\n`);
  boot(root, 'b2');
  assert.deepEqual([modeOf(root), codes(root).includes('template-secret')], ['600', true]);
  put(root, FILE, `${head('mode: 0640\n')}p = {{property.db.password}}\n`);
  boot(root, 'b3');
  assert.deepEqual([modeOf(root), codes(root).includes('template-secret')], ['640', false]);
  for (const file of ['status.json', 'plan.json', 'env'])
    assert.doesNotMatch(readFileSync(`${root}/run/enlighten/${file}`, 'utf8'), /planted/, file);
  assert.doesNotMatch(readFileSync(`${root}/var/lib/enlighten/state.json`, 'utf8'), /planted/);
});

test('what an administrator has edited since is theirs, at the next pass and at undo', t => {
  const root = machine(t, head(VALUES) + text, shop);
  boot(root, 'b1');
  put(root, TARGET, 'mine\n');
  assert.deepEqual([step(root).state, step(root).by.code], ['overridden', 'template-edited']);
  deploy(t, root, { 'shop.title': 'Wine' });
  boot(root, 'b2');
  assert.equal(target(root), 'mine\n');
  run(root, 'undo', '--step', ID);
  assert.equal(target(root), 'mine\n');
});

test('where nothing is rendered to: kernel, boot loader, agent, volatile folders, and others’ folders', t => {
  const refused = (place: string, prepare: (root: string) => void = () => undefined): string => {
    const root = machine(t, `---\ntarget: ${place}\n---\nx\n`, {});
    prepare(root);
    boot(root, 'b1');
    assert.ok(codes(root).includes('template-not-rendered'), place);
    return statusOn(root).notices.find(({ code }: { code: string }) => code === 'template-not-rendered').happened;
  };
  for (const place of [
    '/proc/x',
    '/boot/grub/grub.cfg',
    '/etc/enlighten/enlighten.yaml',
    '/run/x',
    '/var/lib/enlighten/state.json',
  ])
    assert.match(refused(place), /nothing is rendered to/);
  assert.match(
    refused('/srv/shop/x', root => {
      put(root, '/srv/shop/y', '');
      chmodSync(`${root}/srv/shop`, 0o777);
    }),
    /others than root may write to \/srv\/shop/,
  );
  assert.match(
    refused('/etc/link', root => symlinkSync('/boot/grub/grub.cfg', `${root}/etc/link`)),
    /nothing is rendered to \/boot/,
  );
  assert.match(
    refused('/etc', () => undefined),
    /is no file/,
  );
});

test('a template that others may write to is not read; a user that does not exist is a Notice', t => {
  const root = machine(t, `${head()}x\n`, {});
  chmodSync(root + FILE, 0o666);
  boot(root, 'b1');
  assert.ok(codes(root).includes('template-not-rendered') && !existsSync(root + TARGET));
  const other = machine(t, `${head('owner: nobody-here\n')}x\n`, {});
  boot(other, 'b1');
  assert.ok(codes(other).includes('template-not-rendered') && !existsSync(other + TARGET));
});

test('owner and group by the image’s own names', { skip: process.getuid?.() === 0 ? false : 'needs root' }, t => {
  const root = machine(t, `${head('owner: shop\nmode: 0600\n')}x\n`, {});
  put(root, '/etc/passwd', 'root:x:0:0::/:/bin/sh\nshop:x:1234:1235::/:/bin/sh\n');
  put(root, '/etc/group', 'root:x:0:\nshop:x:1235:\n');
  boot(root, 'b1');
  const { uid, gid } = statSync(root + TARGET);
  assert.deepEqual([uid, gid, modeOf(root)], [1234, 1235, '600']);
});

test('two templates for one file: the first by name', t => {
  const root = machine(t, `${head()}first\n`, {});
  put(root, '/etc/enlighten/templates.d/zebra.mustache', `${head()}second\n`);
  boot(root, 'b1');
  assert.equal(target(root), 'first\n');
  assert.ok(codes(root).includes('template-twice'));
});

test('a capture replays, with a word in place of what was rendered', t => {
  const root = machine(t, `${head(VALUES)}${text}`, shop);
  boot(root, 'b1');
  const file = `${root}/tmp/machine.tar`;
  const { code, err } = run(root, 'capture', file);
  assert.equal(code, 0, err);
  const content = readFileSync(file, 'latin1');
  assert.match(content, /"template:\/etc\/shop\/shop.conf":"rendered"/);
  assert.doesNotMatch(content, /workers = 4/);
});
