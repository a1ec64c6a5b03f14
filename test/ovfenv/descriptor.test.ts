import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WritableGuest } from '../../src/guest/guest.ts';
import type { Declaration } from '../../src/ovfenv/descriptor/declaration.ts';
import { declared } from '../../src/ovfenv/descriptor/declare.ts';
import { none, qualifiersIn } from '../../src/ovfenv/descriptor/qualifiers.ts';
import { descriptorPath, readDescriptor } from '../../src/ovfenv/descriptor/read.ts';
import { complaintAbout } from '../../src/ovfenv/descriptor/value.ts';
import { readDocument } from '../../src/ovfenv/document.ts';
import type { Environment } from '../../src/ovfenv/environment.ts';
import { environmentInForce, withDescriptor } from '../../src/ovfenv/inforce.ts';
import { environmentJson } from '../../src/ovfenv/json.ts';
import { readLast, writeLast } from '../../src/ovfenv/last.ts';
import { makeDocument } from '../../src/ovfenv/make/document.ts';
import { publicPath, publishEnvironment, secretsPath } from '../../src/ovfenv/publish.ts';
import { guestWith } from './fixture.ts';
import { large, refused } from './hostile.ts';

/** A descriptor as vendors write them: VMware's attributes, categories, a collection of two machines. */
const envelope = (version = 1): string => `<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/${version}" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/${version}"
    xmlns:vmw="http://www.vmware.com/schema/ovf">
  <References/>
  <VirtualSystemCollection ovf:id="shop">
    <ProductSection><Property ovf:key="zone" ovf:type="string" ovf:value="eu"/>
      <Property ovf:key="port" ovf:type="uint16" ovf:value="1"/></ProductSection>
    <VirtualSystem ovf:id="web">
      <ProductSection><Info>x</Info><Product>Shop</Product>
        <Property ovf:key="port" ovf:type="uint16" ovf:value="443" ovf:userConfigurable="true">
          <Label ovf:msgid="p">Port</Label><Description>Where it
          listens.</Description></Property>
        <Category>Network</Category>
        <Property ovf:key="ip" ovf:type="string" vmw:qualifiers="Ip('Network 1')"/>
        <Property ovf:key="ssh" ovf:type="boolean" ovf:value="False"/>
      </ProductSection>
      <ProductSection ovf:class="com.example.db" ovf:instance="1">
        <Category>Database</Category>
        <Property ovf:key="level" ovf:type="string" ovf:qualifiers="ValueMap{&quot;low&quot;,&quot;high&quot;}" ovf:value="low"/>
        <Property ovf:key="pin" ovf:type="string" ovf:password="true" ovf:qualifiers="MinLen(4),MaxLen(8)" ovf:value="0000"/>
        <Property ovf:key="size" ovf:type="int" ovf:qualifiers="MinValue(1) MaxValue(10)">
          <Value ovf:value="9" ovf:configuration="large"/><Value ovf:value="2"/></Property>
      </ProductSection>
    </VirtualSystem>
    <VirtualSystem ovf:id="db">
      <ProductSection><Property ovf:key="pass" ovf:type="string" ovf:password="1"/></ProductSection>
    </VirtualSystem>
  </VirtualSystemCollection>
</Envelope>`;

const described = (t: Parameters<typeof guestWith>[0], descriptor: string | Buffer = envelope()): WritableGuest =>
  guestWith(t, { files: { [descriptorPath]: descriptor } });

const given = async (properties: Record<string, string>, id = 'web'): Promise<Environment> => {
  const document = Buffer.from(makeDocument({ id, properties, peers: [] }));
  const read = await readDocument({ transport: 'iso', source: 's', document });
  assert.ok('environment' in read);
  return read.environment;
};
const held = async (guest: WritableGuest, properties: Record<string, string>) =>
  (await withDescriptor(guest, await given(properties))).environment;
const codes = ({ notices }: { notices: { code: string }[] }) => notices.map(({ code }) => code);

test('what it declares: class, key and instance apart, types, defaults, qualifiers, words for people', async t => {
  for (const version of [1, 2]) {
    const { declarations, passwords, notices } = await readDescriptor(described(t, envelope(version)), 'web');
    assert.deepEqual(notices, []);
    assert.deepEqual(Object.keys(declarations).sort(), [
      ...['com.example.db.level.1', 'com.example.db.pin.1', 'com.example.db.size.1'],
      ...['ip', 'port', 'ssh', 'zone'],
    ]);
    assert.deepEqual(declarations['com.example.db.pin.1'], {
      type: 'string',
      default: '0000',
      qualifiers: { ...none, minLen: 4, maxLen: 8 },
      userConfigurable: false,
      password: true,
      class: 'com.example.db',
      key: 'pin',
      instance: '1',
      label: null,
      description: null,
      category: 'Database',
    } satisfies Declaration);
    const { port, ip } = declarations;
    assert.deepEqual([port?.label, port?.description], ['Port', 'Where it\n          listens.']);
    assert.deepEqual([port?.default, port?.userConfigurable, port?.category], ['443', true, null]);
    assert.deepEqual([ip?.qualifiers.vmware, ip?.category, ip?.default], ["Ip('Network 1')", 'Network', null]);
    assert.deepEqual(declarations['com.example.db.size.1']?.default, '2');
    assert.deepEqual(passwords.sort(), ['com.example.db.pin.1', 'pass']);
  }
});

test('an id that is none of the machines means all of them', async t => {
  const { declarations } = await readDescriptor(described(t), null);
  assert.ok('pass' in declarations && 'port' in declarations);
});

test('missing: the default; bad: the default and one Notice; good: as it is', async t => {
  const environment = await held(described(t), {
    port: '70000',
    ssh: 'maybe',
    ip: 'not an address',
    'com.example.db.level.1': 'HIGH',
    'com.example.db.size.1': '10',
    other: 'undeclared',
  });
  assert.deepEqual(environment.properties, {
    port: '443',
    ssh: 'False',
    'com.example.db.level.1': 'low',
    'com.example.db.size.1': '10',
    other: 'undeclared',
    zone: 'eu',
    'com.example.db.pin.1': '0000',
  });
  assert.deepEqual(codes(environment), ['environment-bad-value', 'environment-bad-value-dropped']);
  assert.match(environment.notices[0]?.happened ?? '', /port \(it is not between 0 and 65535\), ssh .*level\.1/);
});

test('a Notice never quotes a value, and the default the platform wrote is not judged', async t => {
  const environment = await held(described(t), { 'com.example.db.pin.1': 'hunter2hunter2', ssh: 'False' });
  assert.equal(environment.properties['com.example.db.pin.1'], '0000');
  assert.ok(!JSON.stringify(environment.notices).includes('hunter2'));
  const empty = await held(described(t, envelope().replace('"443"', '""')), { port: '' });
  assert.deepEqual([empty.properties['port'], codes(empty)], ['', []]);
});

test('types and qualifiers, value by value', () => {
  const declaration = (type: string | null, qualifiers = '', vmware: string | null = null): Declaration => ({
    ...{ type, default: null, userConfigurable: true, password: false, class: null, key: 'k', instance: null },
    ...{ label: null, description: null, category: null },
    qualifiers: qualifiersIn(qualifiers, vmware),
  });
  const table: [Declaration, good: string[], bad: string[]][] = [
    [declaration('uint8'), ['0', '255', '007', '+1', '0x1F', ' 7 '], ['256', '-1', '', '1.0', 'x', '1e2']],
    [declaration('sint8'), ['-128', '127'], ['-129', '128']],
    [declaration('uint64'), ['18446744073709551615'], ['18446744073709551616', '9'.repeat(100)]],
    [declaration('sint64'), ['-9223372036854775808'], ['9223372036854775808']],
    [declaration('real32'), ['1.5', '-.5', '1e10', '3.'], ['1e39', 'NaN', 'Infinity', '', '.']],
    [declaration('real64'), ['1e300'], ['1e309']],
    [declaration('boolean'), ['True', 'false', '0', ' TRUE '], ['yes', '']],
    [declaration('Boolean'), ['True'], ['on']],
    [declaration('string'), ['', 'anything'], []],
    [declaration('constructor'), ['of a type nobody knows'], []],
    [declaration(null), ['x'], []],
    [declaration('string', 'MinLen(2) MaxLen(3)'), ['ab', '😀😀😀'], ['a', 'abcd', '']],
    [declaration('string', 'ValueMap{"a b","c\\"d",e}'), ['a b', 'c"d', 'e'], ['a', '', '"e"']],
    [declaration('int', 'MinValue(-5),MaxValue(5)'), ['-5', '5', '0'], ['-6', '6']],
    [declaration('real', 'MinValue(0.5)'), ['0.5'], ['0.4']],
    [declaration('uint8', 'MinValue(0.5)'), ['0'], []],
    [declaration('string', 'Unknown(1), MaxLen(1'), ['long enough'], []],
    [
      declaration('string', '', "Ip('Net')"),
      ['192.0.2.1', '2001:db8::1', ''],
      ['192.0.2.256', '1.2.3', 'host', '::g', '1.2.3.4.'],
    ],
    [declaration('string', '', 'Netmask'), ['255.255.255.0', 'anything'], []],
  ];
  for (const [one, good, bad] of table) {
    for (const value of good) assert.equal(complaintAbout(value, one), null, `${one.type} ${value}`);
    for (const value of bad) assert.notEqual(complaintAbout(value, one), null, `${one.type} ${value}`);
  }
});

test('any qualifiers, any value: an answer, never an exception', () => {
  const words = fc.constantFrom('MinLen(', 'ValueMap{', '"', '\\', ')', '}', ',', 'MaxValue(', '1', 'x', ' ', '(', '{');
  const types = fc.constantFrom('uint8', 'sint64', 'real32', 'boolean', 'string', 'int', '__proto__');
  fc.assert(
    fc.property(
      fc.array(words).map(parts => parts.join('')),
      types,
      fc.string(),
      (text, type, value) => {
        const qualifiers = qualifiersIn(text, text);
        const complaint = complaintAbout(value, { type, qualifiers } as Declaration);
        assert.ok(complaint === null || complaint.startsWith('it '));
      },
    ),
  );
});

test('every value that fits is kept, every other becomes the default: an oracle for whole numbers', () => {
  const declaration = { type: 'uint16', default: '7', qualifiers: none } as Declaration;
  const base = { source: 's', notices: [], declarations: { k: declaration } } as unknown as Environment;
  fc.assert(
    fc.property(fc.oneof(fc.integer().map(String), fc.string()), text => {
      const fits = /^\s*[+-]?\d+\s*$/.test(text) && Number(text) >= 0 && Number(text) <= 65_535;
      fc.pre(!/[xX]/.test(text));
      const { properties } = declared({ ...base, properties: { k: text } });
      assert.equal(properties['k'], fits ? text : '7');
    }),
  );
});

test('passwords it declares are secrets, a peer’s, too, and so is their default', async t => {
  const guest = described(t);
  const environment = {
    ...(await held(guest, { 'com.example.db.pin.1': '12345' })),
    peers: [{ id: 'db', properties: { pass: 'peer5ecret', open: 'o' } }],
  };
  const shown = environmentJson(environment, { reveal: false });
  assert.equal(shown.properties['com.example.db.pin.1'], '********');
  assert.equal(shown.declarations['com.example.db.pin.1']?.default, '********');
  assert.deepEqual(shown.peers[0]?.properties, { pass: '********', open: 'o' });
  assert.equal(environmentJson(environment, { reveal: true }).declarations['com.example.db.pin.1']?.default, '0000');
  await publishEnvironment(guest, environment);
  const published = String(await guest.read(publicPath));
  for (const secret of ['12345', '0000', 'peer5ecret', '***']) assert.ok(!published.includes(secret), secret);
  assert.match(String(await guest.read(secretsPath)), /12345.*peer5ecret/);
});

test('no descriptor: nothing, silently; one that is none: one Notice', async t => {
  assert.deepEqual(await readDescriptor(guestWith(t, {}), 'web'), { declarations: {}, passwords: [], notices: [] });
  const environment = `<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1"/>`;
  for (const content of ['', 'x', environment, '<Envelope/>', ...Object.values(refused).map(make => make())]) {
    const { declarations, notices } = await readDescriptor(described(t, content), 'web');
    assert.deepEqual([declarations, codes({ notices })], [{}, ['environment-descriptor']]);
  }
  for (const make of Object.values(large))
    assert.equal((await readDescriptor(described(t, make()), null)).notices.length, 1);
});

test('a descriptor that breaks makes no password public: what it said last holds', async t => {
  const guest = described(t);
  const { asRead } = await withDescriptor(guest, await given({ 'com.example.db.pin.1': '12345' }));
  await writeLast(guest, asRead, 'a'.repeat(64));
  await guest.replace(descriptorPath, envelope().slice(0, 900));
  const look = { found: null, sha256: null, notices: [], asked: [], notAsked: [] };
  const { environment, toStore } = await environmentInForce(guest, look);
  assert.ok(environment);
  assert.deepEqual(codes(environment), ['environment-descriptor']);
  assert.equal(environmentJson(environment, { reveal: false }).properties['com.example.db.pin.1'], '********');
  assert.equal(toStore, null);
});

test('a descriptor that changes is applied to what the deployer gave, not to what came of it', async t => {
  const guest = described(t);
  const first = await withDescriptor(guest, await given({ port: '70000' }));
  assert.equal(first.environment.properties['port'], '443');
  await writeLast(guest, first.asRead, 'a'.repeat(64));
  const look = { found: null, sha256: null, notices: [], asked: [], notAsked: [] };
  assert.equal((await environmentInForce(guest, look)).toStore, null, 'nothing new: nothing to write');
  await guest.replace(descriptorPath, envelope().replace('ovf:type="uint16" ovf:value="443"', 'ovf:type="uint32"'));
  const later = await environmentInForce(guest, look);
  assert.deepEqual([later.environment?.properties['port'], later.environment?.stale], ['70000', true]);
  assert.ok(later.toStore);
  await writeLast(guest, later.toStore.environment, later.toStore.sha256);
  assert.equal((await readLast(guest)).last?.environment.declarations['port']?.type, 'uint32');
  assert.equal((await environmentInForce(guest, look)).toStore, null);
});
