/** Twenty secrets are planted; then everything the agent said and wrote is searched for them. (design.md, promise 6) */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { namespaces } from '../src/ovfenv/namespaces.ts';
import { put } from './kernel/machine.ts';
import { makeDisc } from './ovfenv/fixture.ts';
import { appliance, powerOn } from './pass/appliance.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Each value holds `plantedNN`, which occurs nowhere else. */
const planted = (number: number): string => `planted${String(number).padStart(2, '0')}`;

/** By key, by value, by descriptor; right and wrong; this machine's and its peers'. */
const own: [key: string, value: string][] = [
  ['password', planted(1)],
  ['root_passwd', planted(2)],
  ['vami.passphrase.VM', planted(3)],
  ['db.PWD', planted(4)],
  ['clientSecret', planted(5)],
  ['api-token', planted(6)],
  ['aws.credentials', planted(7)],
  ['tls.private_key', planted(8)],
  ['apikey', planted(9)],
  ['user-data', `#cloud-config\n# ${planted(10)}`],
  ['db.url', `postgres://app:${planted(11)}@db.example/app`],
  ['tls.bundle', `-----BEGIN PRIVATE KEY-----\n${planted(12)}`],
  ['root.hash', `$6$salt$${planted(13)}`],
  ['pin', planted(14)], // declared
  ['short.pin', `${planted(15)} is too long for its declaration`],
  ['twice.password', planted(16)], // overwritten by the next
  ['twice.password', planted(17)],
  ['enlighten.password', planted(18)], // no such setting
];
const peer: [key: string, value: string][] = [
  ['db.password', planted(19)],
  ['peer.pin', planted(20)], // declared for that machine
  ['replica', `mysql://root:${planted(21)}@x`],
];
const DEFAULT = planted(22);

const envelope = `<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:o="http://schemas.dmtf.org/ovf/envelope/1">
 <VirtualSystemCollection o:id="shop"><VirtualSystem o:id="web"><ProductSection>
  <Property o:key="pin" o:type="string" o:password="true"/>
  <Property o:key="short.pin" o:type="string" o:password="true" o:qualifiers="MaxLen(8)" o:value="${DEFAULT}"/>
  <Property o:key="absent.pin" o:type="string" o:password="true" o:value="${DEFAULT}"/>
 </ProductSection></VirtualSystem><VirtualSystem o:id="db"><ProductSection>
  <Property o:key="peer.pin" o:type="string" o:password="true"/>
 </ProductSection></VirtualSystem></VirtualSystemCollection></Envelope>`;

const section = (properties: [string, string][]): string =>
  `<PropertySection>${properties
    .map(([key, value]) => `<Property e:key="${key}" e:value="${value.replaceAll('\n', '&#10;')}"/>`)
    .join('')}</PropertySection>`;
const environment = (content: string): string =>
  `<Environment xmlns="${namespaces.ovf}" xmlns:e="${namespaces.ovf}" e:id="web">${content}</Environment>`;
const document = environment(`${section([...own, ['colour', 'blue']])}<Entity e:id="db">${section(peer)}</Entity>`);

const azure = environment(`<wa:ProvisioningSection xmlns:wa="${namespaces.azure}"><LinuxProvisioningConfigurationSet
  xmlns="${namespaces.azure}"><UserName>me</UserName><UserPassword>${planted(23)}</UserPassword>
  <CustomData>${planted(24)}</CustomData></LinuxProvisioningConfigurationSet></wa:ProvisioningSection>`);

const commands = [
  ['boot', '--verbose'],
  ['env', 'show'],
  ['env', 'show', '--json', '--verbose'],
  ['env', 'export', '--shell', '--verbose'],
  ['env', 'export', '--json'],
  ['plan', '--verbose'],
  ['plan', '--json'],
  ['apply', '--verbose'],
  ['status', '--json'],
  ['debug', '--verbose'],
  ['debug', '--json'],
];

/** Those that find a document that is not what they look for. */
const afterwards = [['boot', '--verbose'], ['env', 'show', '--json', '--verbose'], ['debug']];

/** A vendor's template with secrets in it, over a file that everybody may read. */
const TEMPLATED = '/etc/shop/shop.conf';
const template = `---
target: ${TEMPLATED}
mode: 0644
---
{{property.password}} {{{property.tls.bundle}}} {{#peers}}{{property.db.password}}{{/peers}} {{property.colour}}
`;

/** What the commands say on either stream. */
const said = (root: string, words: readonly string[][]): string =>
  words
    .map(args => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--root', root], {
        encoding: 'utf8',
      });
      assert.ok(status !== null, args.join(' '));
      return stdout + stderr;
    })
    .join('\n');

/** The files under the root, but those that the secrets came from. */
const files = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => ![`${root}/dev/sr0`, `${root}/etc/enlighten/appliance.ovf`].includes(path));

const withDisc = (t: Parameters<typeof makeDisc>[0], text: string): string => {
  const root = appliance();
  powerOn(root, 'b1');
  put(root, '/dev/sr0', readFileSync(makeDisc(t, { 'ovf-env.xml': text })));
  put(root, '/sys/block/sr0/ro', '1\n');
  put(root, '/etc/enlighten/appliance.ovf', envelope);
  put(root, TEMPLATED, 'colour = none\n');
  put(root, '/etc/enlighten/templates.d/shop.mustache', template);
  return root;
};

/** What base64 in the text stands for: the bytes of disks in recording.json, journals' copies of the boot loader's. */
const decoded = (text: string): string =>
  (text.match(/[A-Za-z0-9+/]{8,}={0,2}/g) ?? []).map(word => Buffer.from(word, 'base64').toString('latin1')).join('\n');

const leaks = (text: string): string[] => [...new Set(text.match(/planted\d\d/g))];

test('nothing that was said holds a secret, and no file that others may read', t => {
  const root = withDisc(t, document);
  const words = said(root, commands);
  assert.match(words, /blue/, 'what is no secret is said');
  assert.match(words, /environment-bad-value/);
  assert.deepEqual(leaks(words), []);
  const kept = new Set<string>();
  for (const path of files(root)) {
    const found = leaks(readFileSync(path, 'latin1'));
    if (found.length === 0) continue;
    assert.equal(statSync(path).mode & 0o777, 0o600, path);
    kept.add(path.slice(root.length));
    if (path.endsWith('secrets.json')) assert.equal(found.length, own.length + peer.length + 1 - 2);
  }
  assert.deepEqual([...kept].sort(), [TEMPLATED, '/run/enlighten/secrets.json', '/var/lib/enlighten/environment.json']);
});

test('nothing that a capture holds or says is a secret, however much of the machine it holds', t => {
  const root = withDisc(t, document);
  // What it left in the machine, its state and its journals, is captured, too; and an administrator has repeated one.
  said(root, [['boot']]);
  put(root, '/etc/network/interfaces', `# up my-vpn --password ${planted(1)}\nauto ens3\niface ens3 inet dhcp\n`);
  const folder = mkdtempSync(join(tmpdir(), 'enlighten-secrets-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const flags of [[], ['--full'], ['--support'], ['--full', '--support']]) {
    const at = mkdtempSync(join(folder, 'x'));
    const file = join(at, 'machine.tar');
    const words = said(root, [['capture', file, '--json', '--verbose', ...flags]]);
    execFileSync('tar', ['-C', at, '-xf', file]);
    const carried = files(at).map(path => readFileSync(path, 'latin1'));
    const all = [words, ...readdirSync(at, { recursive: true }).map(String), ...carried].join('\n');
    assert.match(all, flags.includes('--full') ? /blue/ : /"colour":"[a-z]{4}"/, 'what is no secret is carried');
    assert.match(all, /auto ens3/);
    assert.deepEqual(leaks(all + decoded(all) + all.replaceAll('\0', '')), [], flags.join(' '));
  }
});

test("a refused document and Azure's leave nothing behind", t => {
  for (const text of [document.replace('</Entity>', ''), `<!DOCTYPE a>${document}`, azure]) {
    const root = withDisc(t, text);
    assert.deepEqual(
      leaks(said(root, afterwards)).filter(one => one !== DEFAULT),
      [],
    );
    for (const path of files(root)) {
      const found = leaks(readFileSync(path, 'latin1'));
      assert.ok(found.length === 0 || (statSync(path).mode & 0o777) === 0o600, path);
    }
  }
});
