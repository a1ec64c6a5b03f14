/** What of a text is carried: never a value whose name speaks of a secret, however it is written; and all the rest of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blinder, openEyes } from '../../src/capture/blinder.ts';
import { carriedText } from '../../src/capture/content.ts';

const MASK = '********';
const carried = (text: string, secrets: string[] = []): string =>
  carriedText('/etc/default/example', text, { blind: openEyes, full: true, secrets });

const wordOf = (alphabet: string, minLength = 1) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength: 12 });
const telling = fc.constantFrom(
  'password',
  'PASSWD',
  'passphrase',
  'pwd',
  'client.secret',
  'api-token',
  'credentials',
  'private_key',
);
const secretName = fc
  .tuple(wordOf('abz09._', 0), telling, wordOf('abz09._', 0))
  .map(([before, name, after]) => before + name + after);
/** No part of a telling name can be made of these. */
const plainName = wordOf('bcfghjlmqx');
/** Upper-case: what is looked for afterwards stands in no name. */
const bare = wordOf('ABCXYZ');
const quoted = fc
  .tuple(wordOf(`ABC XYZ,=:;#é`), fc.constantFrom('"', "'"))
  .map(([text, quote]) => quote + text + quote);

interface Line {
  written: string;
  kept: string;
}
const assigned = (name: fc.Arbitrary<string>, sign: string, value: fc.Arbitrary<string>, secret: boolean) =>
  fc.tuple(name, value).map(([key, text]): Line => {
    const written = `${key}${sign}${text}`;
    return { written, kept: secret ? `${key}${sign}${MASK}` : written };
  });
/** A value of several words, quoted or not, side by side. */
const mixed = fc.array(fc.oneof(bare, quoted), { minLength: 1, maxLength: 3 }).map(all => all.join(''));
const sentence = fc.array(fc.oneof(bare, quoted), { minLength: 1, maxLength: 3 }).map(all => all.join(' '));

const line = fc.oneof(
  assigned(secretName, '=', mixed, true),
  assigned(secretName, ' = ', sentence, true),
  assigned(secretName, ': ', sentence, true),
  assigned(
    secretName.map(name => `"${name}"`),
    ': ',
    sentence,
    true,
  ),
  assigned(
    secretName.map(name => `--${name}`),
    ' ',
    mixed,
    true,
  ),
  assigned(plainName, '=', bare, false),
  assigned(plainName, ': ', bare, false),
  fc.constantFrom('# a comment', '', '[Section]').map((written): Line => ({ written, kept: written })),
);

test('a value whose name speaks of a secret goes, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), lines => {
      const kept = carried(lines.map(({ written }) => written).join('\n'));
      assert.equal(kept, lines.map(one => one.kept).join('\n'));
    }),
  );
});

test('what is carried is carried as it is when it is captured again', () => {
  const text = fc
    .array(fc.constantFrom('password', 'x', '=', ':', ' ', '\n', '"', "'", '--', ',', 'AB', '#', '.', '/'), {
      maxLength: 30,
    })
    .map(parts => parts.join(''));
  fc.assert(fc.property(text, written => assert.equal(carried(carried(written)), carried(written))));
});

test('an endless line takes no time', () => {
  const hostile = fc
    .tuple(wordOf('a-.="\' :\n'), fc.nat(100_000))
    .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length)));
  fc.assert(
    fc.property(hostile, text => {
      assert.equal(typeof carried(text), 'string');
    }),
  );
});

test('a secret of the environment goes wherever it was repeated', () => {
  fc.assert(
    fc.property(fc.array(plainName), fc.string({ minLength: 6, maxLength: 20 }), (words, secret) => {
      assert.ok(!carried([...words, secret, ...words].join(' '), [secret]).includes(secret) || MASK.includes(secret));
    }),
  );
});

const blind = { blind: blinder(Buffer.alloc(32, 7)), full: false, secrets: [] };

test('of mounts nobody asked about, only that a disk is in use', () => {
  const mountinfo = [
    '22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw',
    '30 22 8:2 /tenants/acme /srv/acme\\040corp rw - xfs /dev/sdb1 rw,noquota',
    '31 22 0:50 / /mnt/files rw - nfs4 files.acme.example:/x rw,addr=192.0.2.7',
    '',
  ].join('\n');
  const kept = carriedText('/proc/421/mountinfo', mountinfo, blind);
  assert.match(kept, /^22 1 8:1 \/ \/ rw shared:1 - ext4 \/dev\/sda1 rw$/m);
  assert.match(kept, /^30 22 8:2 \/ \/[a-z]{3}\/[a-z]{4}\\040[a-z]{4} rw - xfs \/dev\/sdb1 rw,noquota$/m);
  assert.doesNotMatch(kept, /acme|srv|files|192/);
});

test('words of a command line that may say whose it is, wherever a boot loader keeps it', () => {
  const files: Record<string, string> = {
    '/boot/grub/grub.cfg': '  linux /boot/vmlinuz WORDS\n',
    '/boot/grub/grubenv': 'enlighten_trial_args=WORDS\n',
    '/boot/grub/enlighten.cfg': 'set enlighten_universal_args="WORDS"\n',
    '/boot/extlinux/extlinux.conf': 'LABEL a\n  APPEND WORDS\n',
    '/boot/extlinux/enlighten.env': 'enlighten_proven_args=WORDS\n',
    '/boot/efi/loader/entries/a.conf': 'linux /a/linux\noptions WORDS\n',
    '/efi/loader/entries/a.conf': 'options WORDS\n',
  };
  for (const [path, text] of Object.entries(files)) {
    const kept = carriedText(path, text.replace('WORDS', 'root=/dev/vda1 tenant=acme admin.password=s3cret ro'), blind);
    assert.match(kept, /root=\/dev\/vda1 tenant=[a-z]{4} admin\.password=\S+ ro/, path);
    assert.doesNotMatch(kept, /acme|s3cret/, path);
  }
});

test('of tables of the kernel and of the distribution, what is looked for', () => {
  const of = (path: string, text: string): string => carriedText(path, text, blind);
  assert.equal(of('/proc/modules', 'vsock 1 2 a, Live 0xffffffffc0a00000\n'), 'vsock\n');
  assert.equal(of('/proc/self/mounts', 'files:/x /mnt/acme virtiofs rw 0 0\n'), '- - virtiofs\n');
  assert.equal(of('/boot/config-6.1', '# CONFIG_A is not set\nCONFIG_B=y\nCONFIG_VERSION="x"\n'), 'CONFIG_B=y\n');
  const status = [
    'Package: acme',
    'Status: install ok installed',
    '',
    'Package: b',
    'Status: install ok half-configured',
    '',
  ];
  assert.equal(of('/var/lib/dpkg/status', status.join('\n')), 'Package: b\nStatus: install ok half-configured\n');
});

test("of the network's configuration only which interface is meant, --full or not", () => {
  const of = (path: string, text: string) => carriedText(path, text, { blind: openEyes, full: true, secrets: [] });
  assert.equal(
    of('/etc/network/interfaces', 'auto ens3\niface ens3 inet dhcp\n  wpa-psk hidden word\n  up curl -u a:hidden x\n'),
    'auto ens3\niface ens3 inet dhcp\n',
  );
  assert.equal(
    of('/etc/systemd/network/a.netdev', '[NetDev]\nName=wg0\n[WireGuard]\nPrivateKey=hidden\nPresharedKey=hidden\n'),
    '[NetDev]\nName=wg0\n',
  );
  assert.equal(
    of('/etc/NetworkManager/system-connections/a', '[connection]\nid=hidden\ntype=wifi\n[wifi-security]\npsk=hidden\n'),
    '[connection]\ntype=wifi\n[wifi-security]\n',
  );
  const netplan = of(
    '/etc/netplan/a.yaml',
    'network:\n  tunnels:\n    wg0:\n      key: hidden\n      keys: {private: hidden}\n',
  );
  assert.equal(netplan, 'network:\n  tunnels:\n    wg0:\n');
});

test('whole files in the journal are not carried, --full or not', () => {
  const line = '{"id":"device-names:/etc/fstab","before":"file:644:aGlkZGVu","after":"file:644:aGlkZGVu"}';
  assert.equal(
    carriedText('/var/lib/enlighten/journal.jsonl', line, { blind: openEyes, full: true, secrets: [] }),
    '{"id":"device-names:/etc/fstab","before":"file:644:","after":"file:644:"}',
  );
});
