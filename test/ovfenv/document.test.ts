import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDocument } from '../../src/ovfenv/document.ts';
import type { Environment } from '../../src/ovfenv/environment.ts';
import { deepestElement, largestDocument, longestName, mostAttributes, mostNodes } from '../../src/ovfenv/limits.ts';
import { document } from './fixture.ts';

const read = (content: string | Buffer) =>
  readDocument({ transport: 'iso', source: '/dev/sr0:/ovf-env.xml', document: Buffer.from(content) });

const environmentIn = async (content: string | Buffer): Promise<Environment> => {
  const result = await read(content);
  assert.ok('environment' in result, JSON.stringify(result));
  return result.environment;
};

const refusalOf = async (content: string | Buffer): Promise<string> => {
  const result = await read(content);
  assert.ok('refused' in result, 'was accepted');
  assert.equal(result.refused.subject, '/dev/sr0:/ovf-env.xml');
  return result.refused.code;
};

const uri = 'http://schemas.dmtf.org/ovf/environment/1';
const inside = (content: string, declarations = '') =>
  `<Environment xmlns="${uri}" xmlns:oe="${uri}" ${declarations}>${content}</Environment>`;
const withProperties = (content: string, declarations = '') =>
  inside(`<PropertySection>${content}</PropertySection>`, declarations);
const propertiesIn = async (content: string, declarations = '') =>
  (await environmentIn(withProperties(content, declarations))).properties;
const writtenAs = async (written: string) => (await propertiesIn(`<Property oe:key="k" oe:value="${written}"/>`))['k'];
const codes = ({ notices }: Environment) => notices.map(({ code }) => code);

test("a document like vSphere's is read whole", async () => {
  assert.deepEqual(await environmentIn(document), {
    kind: 'ovf',
    transport: 'iso',
    source: '/dev/sr0:/ovf-env.xml',
    stale: false,
    id: null,
    platform: { kind: 'VMware ESXi', version: '7.10', vendor: 'VMware, Inc.', locale: 'en', timezone: 120 },
    properties: {
      hostname: 'web1',
      port: '0080',
      ssh: 'True',
      motd: '<b> one\ntwo &amp; €',
      admin_password: 's3cret "quoted"',
      empty: '',
    },
    declarations: {},
    passwords: [],
    peers: [{ id: 'db', properties: { hostname: 'db1', 'db.password': 'hidden' } }],
    adapters: [{ mac: '00:50:56:ab:cd:01', network: 'VM Network', unitNumber: 7 }],
    vmware: { vCenterId: 'vm-16387', esxId: null },
    files: [],
    notices: [],
  } satisfies Environment);
});

test('any prefix may stand for the namespace, and be declared anywhere', async () => {
  const nested = `<ns10:Environment xmlns:ns10="${uri}" ns10:id="vm1"><ns11:PropertySection xmlns:ns11="${uri}">
    <ns10:Property ns11:key="a" ns10:value="1"/></ns11:PropertySection></ns10:Environment>`;
  const environment = await environmentIn(nested);
  assert.equal(environment.id, 'vm1');
  assert.deepEqual(environment.properties, { a: '1' });
});

test('elements and attributes of other namespaces do not merge with ours', async () => {
  const content = `<Property oe:key="a" oe:value="ours" ex:key="x" ex:value="theirs"/>
    <ex:Property oe:key="b" oe:value="theirs"/><Property xmlns="http://example.com/" oe:key="c" oe:value="theirs"/>
    <Property xmlns="" oe:key="d" oe:value="theirs"/>
    <Property ex:key="e" ex:value="theirs"/>`;
  const environment = await environmentIn(withProperties(content, 'xmlns:ex="http://example.com/"'));
  assert.deepEqual(environment.properties, { a: 'ours' });
  assert.deepEqual(codes(environment), ['environment-incomplete']);
});

test('a prefix that was declared in a sibling, or nowhere, means nothing', async () => {
  const content = `<x:Other xmlns:x="${uri}"/><x:Property oe:key="a" oe:value="1"/><Property no:key="b" no:value="2"/>`;
  assert.deepEqual(await propertiesIn(content), {});
});

test('attributes without prefix are accepted, with one Notice; a qualified one wins', async () => {
  const content = `<Property key="a" value="1"/><Property key="b" value="2"/><Property oe:key="c" oe:value="3" value="no"/>`;
  const environment = await environmentIn(withProperties(content));
  assert.deepEqual(environment.properties, { a: '1', b: '2', c: '3' });
  assert.deepEqual(codes(environment), ['environment-unqualified']);
});

test('references and white space in values', async t => {
  const traps = {
    '&lt;x&gt;&#10;two': '<x>\ntwo',
    '&#65;&#x42;&#x1F600;': 'AB😀',
    '&amp;lt;&amp;#10;': '&lt;&#10;',
    '&quot;&apos;': '"\'',
    'a\tb\nc\r\nd\re': 'a b c d e',
    '&#9;&#13;': '\t\r',
    '  kept  ': '  kept  ',
    '7.10': '7.10',
    '007': '007',
    '0x10': '0x10',
    True: 'True',
    '1e3': '1e3',
    null: 'null',
    '': '',
    'a>b': 'a>b',
    "it's": "it's",
  };
  for (const [written, value] of Object.entries(traps)) {
    await t.test(JSON.stringify(written), async () => assert.equal(await writtenAs(written), value));
  }
});

test('text: CDATA is not decoded, comments are not text, entities are decoded once', async () => {
  const section = `<PlatformSection><Kind>a<!-- no -->b<![CDATA[&amp;<]]>&amp;lt;</Kind><Version> 010 </Version></PlatformSection>`;
  const { platform } = await environmentIn(inside(section));
  assert.deepEqual(platform, { kind: 'ab&amp;<&lt;', version: '010', vendor: null, locale: null, timezone: null });
});

test('a comment or CDATA may hold what would be refused as markup', async () => {
  const content =
    '<!-- <!DOCTYPE x> & <a> --><Other><![CDATA[<!DOCTYPE x> & ]]></Other><?pi <!DOCTYPE ?><Property oe:key="a" oe:value="1"/>';
  assert.deepEqual(await propertiesIn(content), { a: '1' });
});

test('one property, several sections, unknown sections, hostile names', async () => {
  const content = `<PropertySection><Property oe:key="a" oe:value="1"/></PropertySection><Unknown><PropertySection>
    <Property oe:key="hidden" oe:value="1"/></PropertySection></Unknown><PropertySection>
    <Property oe:key="__proto__" oe:value="2"/><Property oe:key="constructor" oe:value="3"/></PropertySection>`;
  const { properties } = await environmentIn(inside(content));
  assert.deepEqual(Object.entries(properties), [
    ['a', '1'],
    ['__proto__', '2'],
    ['constructor', '3'],
  ]);
});

test('incomplete and duplicate properties, entities and adapters', async () => {
  const content = `<PropertySection><Property oe:key="k"/><Property oe:value="v"/><Property oe:key="a" oe:value="1"/>
    <Property oe:key="a" oe:value="2"/></PropertySection><Entity/><PlatformSection><Timezone>CET</Timezone></PlatformSection>
    <ve:EthernetAdapterSection><ve:Adapter ve:mac="x"/><ve:Adapter ve:mac="m" ve:network="n" ve:unitNumber="x"/></ve:EthernetAdapterSection>`;
  const environment = await environmentIn(inside(content, 'xmlns:ve="http://www.vmware.com/schema/ovfenv"'));
  assert.deepEqual(environment.properties, { a: '2' });
  assert.deepEqual(environment.peers, []);
  assert.deepEqual(environment.adapters, [{ mac: 'm', network: 'n', unitNumber: null }]);
  assert.equal(environment.platform?.timezone, null);
  const expected = ['environment-timezone', 'environment-incomplete', 'environment-duplicate-property'];
  assert.deepEqual(codes(environment).sort(), expected.sort());
});

test('entities inside entities are peers, too', async () => {
  const property = (value: string) => `<PropertySection><Property oe:key="k" oe:value="${value}"/></PropertySection>`;
  const { peers } = await environmentIn(
    inside(`<Entity oe:id="tier">${property('1')}<Entity oe:id="db">${property('2')}</Entity></Entity>
      <Entity><Entity oe:id="web">${property('3')}</Entity></Entity>`),
  );
  assert.deepEqual(peers, [
    { id: 'tier', properties: { k: '1' } },
    { id: 'db', properties: { k: '2' } },
    { id: 'web', properties: { k: '3' } },
  ]);
});

test('who wrote it: vCenter, or a single host', async () => {
  const written = async (attributes: string) =>
    (await environmentIn(`<Environment xmlns="${uri}" xmlns:v="http://www.vmware.com/schema/ovfenv" ${attributes}/>`))
      .vmware;
  assert.deepEqual(await written('v:vCenterId="vm-123"'), { vCenterId: 'vm-123', esxId: null });
  assert.deepEqual(await written('v:esxId="7"'), { vCenterId: null, esxId: '7' });
  assert.equal(await written('vCenterId="vm-123" v:esxId=""'), null);
});

test("vCloud Director's way: its own prefix everywhere, keys of its own", async () => {
  const environment = await environmentIn(`<?xml version="1.0" encoding="UTF-8"?>
<ns10:Environment xmlns:ns10="${uri}" xmlns:ns2="http://www.vmware.com/schema/ovfenv" ns10:id="" ns2:vCenterId="vm-9">
  <ns10:PlatformSection><ns10:Kind>VMware ESXi</ns10:Kind><ns10:Timezone>-300</ns10:Timezone></ns10:PlatformSection>
  <ns10:PropertySection><ns10:Property ns10:key="vCloud_UseSysPrep" ns10:value="None"/>
    <ns10:Property ns10:key="vCloud_bitMask" ns10:value="1"/></ns10:PropertySection>
  <ns2:EthernetAdapterSection><ns2:Adapter ns2:mac="00:50:56:01:02:03" ns2:network="none" ns2:unitNumber="7"/>
  </ns2:EthernetAdapterSection>
</ns10:Environment>`);
  assert.deepEqual(environment.properties, { vCloud_UseSysPrep: 'None', vCloud_bitMask: '1' });
  assert.equal(environment.platform?.timezone, -300);
  assert.equal(environment.adapters[0]?.network, 'none');
  assert.equal(environment.vmware?.vCenterId, 'vm-9');
});

test("Azure's document is recognized", async () => {
  const azure = `<?xml version="1.0" encoding="utf-8"?>
<Environment xmlns="${uri}" xmlns:oe="${uri}" xmlns:wa="http://schemas.microsoft.com/windowsazure">
 <wa:ProvisioningSection><wa:Version>1.0</wa:Version><LinuxProvisioningConfigurationSet
  xmlns="http://schemas.microsoft.com/windowsazure"><UserPassword>pa55</UserPassword></LinuxProvisioningConfigurationSet>
 </wa:ProvisioningSection></Environment>`;
  const environment = await environmentIn(`\ufeff${azure}`);
  assert.equal(environment.kind, 'azure');
  assert.deepEqual(environment.properties, { 'azure.userPassword': 'pa55' });
});

test('encodings: byte order marks, UTF-16 without one, declarations that lie', async () => {
  const utf16 = document.replace('UTF-8', 'UTF-16');
  const little = Buffer.from(utf16, 'utf16le');
  const big = Buffer.from(little).swap16();
  const motd = '<b> one\ntwo &amp; €';
  const forms = {
    'UTF-8 with BOM': Buffer.from(`\ufeff${document}`),
    'UTF-16LE with BOM': Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
    'UTF-16BE with BOM': Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
    'UTF-16LE': little,
    'UTF-16BE': big,
    'UTF-8 that claims UTF-16': Buffer.from(utf16),
  };
  for (const [form, bytes] of Object.entries(forms)) {
    assert.equal((await environmentIn(bytes)).properties['motd'], motd, form);
  }
  const latin = Buffer.from(document.replace('UTF-8', 'ISO-8859-1').replace('web1', 'bür\xf6'), 'latin1');
  assert.equal((await environmentIn(latin)).properties['hostname'], 'bürö');
});

test('what is refused, and why', async t => {
  const entity = `<!DOCTYPE Environment [<!ENTITY e "AAAA">]>${withProperties('<Property oe:key="a" oe:value="&e;"/>')}`;
  const refused: Record<string, [string | Buffer, string]> = {
    nothing: ['', 'environment-empty'],
    'white space': [' \n', 'environment-empty'],
    'too many bytes': [Buffer.alloc(largestDocument + 1, ' '), 'environment-too-large'],
    'DOCTYPE with entities': [entity, 'environment-doctype'],
    'DOCTYPE with SYSTEM': [
      `<?xml version="1.0"?>\n<!-- x --><!DOCTYPE a SYSTEM "file:///etc/passwd">${inside('')}`,
      'environment-doctype',
    ],
    'DOCTYPE inside': [inside('<!DOCTYPE x>'), 'environment-doctype'],
    'undefined entity': [withProperties('<Property oe:key="a" oe:value="&nbsp;"/>'), 'environment-malformed'],
    'bare ampersand': [inside('a & b'), 'environment-malformed'],
    'NUL reference': [inside('&#0;'), 'environment-malformed'],
    'surrogate reference': [inside('&#xD800;'), 'environment-malformed'],
    'reference beyond Unicode': [inside('&#x110000;'), 'environment-malformed'],
    'control character': [inside('\x01'), 'environment-encoding'],
    'bytes that are no UTF-8': [Buffer.from(inside('\xff'), 'latin1'), 'environment-encoding'],
    'unknown encoding': ['<?xml version="1.0" encoding="EBCDIC-CP-US"?><a/>', 'environment-encoding'],
    'no XML': ['hello', 'environment-malformed'],
    unclosed: ['<a>', 'environment-malformed'],
    'crossed tags': ['<a><b></a></b>', 'environment-malformed'],
    'two roots': [inside('') + inside(''), 'environment-malformed'],
    'attribute twice': [withProperties('<Property oe:key="a" oe:key="b"/>'), 'environment-malformed'],
    'less-than in a value': [withProperties('<Property oe:key="a" oe:value="<"/>'), 'environment-malformed'],
    'another root': [`<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"/>`, 'environment-not-ovf'],
    'no namespace': ['<Environment/>', 'environment-not-ovf'],
    'environment/2': ['<Environment xmlns="http://schemas.dmtf.org/ovf/environment/2"/>', 'environment-not-ovf'],
    'too deep': [inside('<a>'.repeat(deepestElement) + '</a>'.repeat(deepestElement)), 'environment-limits'],
    'too many elements': [inside('<a/>'.repeat(mostNodes)), 'environment-limits'],
    'too many comments': [inside('<!---->'.repeat(mostNodes)), 'environment-limits'],
    'too many attributes': [inside(`<a ${'b="" '.repeat(mostAttributes)}/>`), 'environment-limits'],
    "an element's long name": [inside(`<${'a'.repeat(longestName + 1)}/>`), 'environment-limits'],
    "an attribute's long name": [inside(`<a ${'a'.repeat(longestName + 1)}=""/>`), 'environment-limits'],
    'no space between attributes': [inside('<a b=""c=""/>'), 'environment-malformed'],
  };
  for (const [name, [content, code]] of Object.entries(refused)) {
    await t.test(name, async () => assert.equal(await refusalOf(content), code));
  }
});

test('just within the limits is accepted', async () => {
  await environmentIn(inside('<a>'.repeat(deepestElement - 1) + '</a>'.repeat(deepestElement - 1)));
  await environmentIn(inside('<a/>'.repeat(mostNodes - 1)));
  await environmentIn(inside(`<${'a'.repeat(longestName)}/>`));
});

test('no refusal quotes the document: it may hold a secret', async () => {
  const breaks = ['"', '<', '&', '</Property>', '\x01', ' / ', '\n<!DOCTYPE a>'];
  for (const broken of breaks) {
    const content = withProperties(`<Property oe:key="password" oe:value="hunter2${broken}hunter2"/>`);
    const result = await read(content);
    if ('refused' in result) assert.ok(!JSON.stringify(result).includes('hunter2'), broken);
  }
});

test('whatever the values are, they come back', async () => {
  const text = fc
    .string({ unit: 'grapheme', maxLength: 30 })
    .filter(s => !/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(s));
  const escaped = (s: string) => s.replace(/[&<>"\t\n\r]/g, c => (c === '&' ? '&amp;' : `&#${c.codePointAt(0)};`));
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        text.filter(s => s !== ''),
        text,
      ),
      async properties => {
        const written = Object.entries(properties).map(
          ([k, v]) => `<Property oe:key="${escaped(k)}" oe:value="${escaped(v)}"/>`,
        );
        assert.deepEqual(Object.entries(await propertiesIn(written.join('\n'))), Object.entries(properties));
      },
    ),
    { numRuns: 100 },
  );
});

test('a mangled document is read or refused, never thrown over', async () => {
  const bytes = Buffer.from(document);
  const mangling = fc.array(
    fc.record({
      at: fc.nat(bytes.length - 1),
      cut: fc.nat(40),
      put: fc.oneof(
        fc.string({ maxLength: 12 }),
        fc.constantFrom('<!--', ']]>', '<![CDATA[', '"', '<', '>', '&#', '<?', '/>', 'xmlns=""'),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(mangling, async changes => {
      let mangled = document;
      for (const { at, cut, put } of changes) mangled = mangled.slice(0, at) + put + mangled.slice(at + cut);
      const result = await read(mangled);
      assert.ok('environment' in result || result.refused.happened.includes('ignored'));
    }),
    { numRuns: 400 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async random => {
      assert.ok('refused' in (await read(Buffer.from(random))));
    }),
    { numRuns: 100 },
  );
});
