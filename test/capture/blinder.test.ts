/** Blinding keeps what parsers and rules look at, is the same everywhere in one capture, and leads nowhere from one to another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blinder } from '../../src/capture/blinder.ts';

const salt = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes));
const hexDigits = (length: number) =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map(all => all.join(''));
/** Not all zeros or ones, which mean "none". */
const telling = (length: number) => hexDigits(length).filter(digits => !/^(0*|f*)$/.test(digits));

const uuid = telling(32).map(hex => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
const mac = telling(12).map(hex => (hex.match(/../g) ?? []).join(':'));
const shape = (text: string): string => text.replace(/[0-9a-f]/g, 'x').replace(/[0-9A-F]/g, 'X');

test('a UUID becomes another of the same form, the same one everywhere, in any case', () => {
  fc.assert(
    fc.property(salt, uuid, (key, id) => {
      const { text } = blinder(key);
      const blind = text(id);
      assert.match(blind, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.notEqual(blind, id);
      assert.equal(
        text(`root=UUID=${id} /dev/disk/by-uuid/${id}\n`),
        `root=UUID=${blind} /dev/disk/by-uuid/${blind}\n`,
      );
      assert.equal(text(id.toUpperCase()).toLowerCase(), blind);
      assert.equal(blinder(Buffer.from(key)).text(id), blind);
    }),
  );
});

test('EC2’s brand stays in front of a UUID and a serial', () => {
  fc.assert(
    fc.property(salt, uuid, fc.constantFrom('ec2', 'EC2', 'Ec2'), (key, id, brand) => {
      const branded = brand + id.slice(3);
      const blind = blinder(key).text(branded);
      assert.equal(blind.slice(0, 3).toLowerCase(), 'ec2');
      assert.notEqual(blind.slice(3), branded.slice(3));
      assert.equal(blinder(key).scrambled(branded).slice(0, 3), brand);
    }),
  );
});

test('a MAC address keeps its maker and its separators; the name made of it follows', () => {
  fc.assert(
    fc.property(salt, mac, (key, address) => {
      const { text } = blinder(key);
      const blind = text(address);
      assert.equal(shape(blind), shape(address));
      assert.equal(blind.slice(0, 8), address.slice(0, 8));
      assert.equal(text(address.replaceAll(':', '-')), blind.replaceAll(':', '-'));
      assert.equal(text(`enx${address.replaceAll(':', '')}`), `enx${blind.replaceAll(':', '')}`);
      assert.equal(text(address.toUpperCase()).toUpperCase(), blind.toUpperCase());
    }),
  );
  const { text } = blinder(Buffer.alloc(32));
  for (const nobody of ['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff']) assert.equal(text(nobody), nobody);
  assert.notEqual(text('52:54:00:12:34:56'), '52:54:00:12:34:56');
});

test('words keep their length, and what they look like', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcXYZ0189 -_./:é'), maxLength: 80 });
  fc.assert(
    fc.property(salt, word, (key, text) => {
      const blind = blinder(key).scrambled(text);
      const kinds = (of: string) =>
        of
          .replace(/[a-zé]/g, 'a')
          .replace(/[A-Z]/g, 'A')
          .replace(/[0-9]/g, '0');
      assert.equal(kinds(blind), kinds(text));
      assert.equal(blinder(key).scrambled(text), blind);
    }),
  );
});

test('a known word is replaced wherever it stands alone, and nowhere else', () => {
  const serial = 'VMware-56 4d 1a 2b 3c 4d 5e 6f-01 02 03 04 05 06 07 08';
  const { text, scrambled } = blinder(Buffer.alloc(32, 1), { known: [serial, '1A2B-3C4D', 'tea.example'] });
  assert.match(text(`serial ${serial}.`), /^serial VMware-\d\d \d[a-z] /);
  assert.equal(text(serial), scrambled(serial));
  assert.ok(!text(serial).includes('1a 2b'));
  assert.equal(text('UUID=1A2B-3C4D'), `UUID=${scrambled('1A2B-3C4D')}`);
  assert.equal(text('v1A2B-3C4D0'), 'v1A2B-3C4D0');
});

test('what no machine owns stays: PCI addresses, versions in names, module aliases, net masks, digests', () => {
  const { text } = blinder(Buffer.alloc(32, 2));
  for (const plain of [
    '0000:00:04.0',
    '../../devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda1',
    'alias pci:v00001AF4d*sv*sd*bc*sc*i* virtio_pci',
    'vmbus:635161f83edfc546913ff2d2f965ed0e',
    'linux-image-6.1.0-50-cloud-amd64',
    'pc-i440fx-7.2',
    '127.0.0.1 255.255.255.0 0.0.0.0 ::1',
    'd41d8cd98f00b204e9800998ecf8427e  lib/modules/a.ko',
    '22 27 0:21 / /proc rw,relatime - proc proc rw',
    '2026-11-22T06:15:58.123Z',
  ])
    assert.equal(text(plain), plain);
});

test('addresses keep their form: octets of as many digits, groups of as many', () => {
  fc.assert(
    fc.property(salt, fc.ipV4(), fc.ipV6(), (key, four, six) => {
      const { text } = blinder(key);
      assert.equal(text(four).replace(/\d/g, '0'), four.replace(/\d/g, '0'));
      assert.ok(
        text(four)
          .split('.')
          .every(octet => Number(octet) <= 255),
      );
      assert.equal(text(six).length, six.length);
    }),
  );
  const { text } = blinder(Buffer.alloc(32, 3));
  for (const address of ['10.11.12.13', '2001:db8::17', 'fe80::5054:ff:fe12:3456'])
    assert.ok(!text(`ip=${address} [${address}]:80`).includes(address), address);
});

test('no text takes long, whatever it is', () => {
  const hostile = fc
    .tuple(fc.string({ unit: fc.constantFrom(...'0af:-. .LVM'), minLength: 1, maxLength: 8 }), fc.nat(100_000))
    .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length)));
  fc.assert(
    fc.property(hostile, text => {
      assert.equal(blinder(Buffer.alloc(32)).text(text).length, text.length);
    }),
  );
});
