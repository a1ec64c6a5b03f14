import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openGuest } from '../../../src/guest/open.ts';
import { configuredInterfaces } from '../../../src/kernel/trial/configured-network.ts';
import { folderWith } from '../../detect/folder.ts';

const fromIfupdown = (t: TestContext, text: string) =>
  configuredInterfaces(openGuest(folderWith(t, { files: { '/etc/network/interfaces': text } })));
const fromNetworkd = (t: TestContext, text: string) => {
  const files = { '/etc/systemd/network/10.network': text };
  const folders = ['ens3', 'ens4', 'eth0'].map(name => `/sys/class/net/${name}`);
  return configuredInterfaces(openGuest(folderWith(t, { files, folders })));
};

const IFUPDOWN = `# The loopback network interface
auto lo
iface lo inet loopback

allow-hotplug ens3
iface ens3 inet dhcp
auto ens4 ens5
iface ens4 inet static
    address 192.0.2.7/24
    gateway 192.0.2.1
iface ens4 inet6 static
    address 2001:DB8:0:0::0007/64
iface ens5 inet manual
iface ens9 inet dhcp
`;

test('ifupdown: what is brought up, with its addresses as the kernel prints them; manual promises none', async t => {
  assert.deepEqual(await fromIfupdown(t, IFUPDOWN), [
    { name: 'ens3', statics: [] },
    { name: 'ens4', statics: ['192.0.2.7', '2001:db8::7'] },
  ]);
});

test('a manual stanza beside one with an address: the address is still promised', async t => {
  const text =
    'auto br0\niface br0 inet manual\n  address 192.0.2.1\niface br0 inet6 static\n address 2001:db8::1/64\n';
  assert.deepEqual(await fromIfupdown(t, text), [{ name: 'br0', statics: ['2001:db8::1'] }]);
});

test('networkd: globs, several addresses, every spelling of DHCP; a network without either promises nothing', async t => {
  assert.deepEqual(await fromNetworkd(t, '[Match]\nName=ens* x\n[Network]\nDHCP=true\n'), [
    { name: 'ens3', statics: [] },
    { name: 'ens4', statics: [] },
  ]);
  const two = '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.7/24\nAddress = 2001:DB8::7/64\n';
  assert.deepEqual(await fromNetworkd(t, two), [{ name: 'eth0', statics: ['192.0.2.7', '2001:db8::7'] }]);
  assert.deepEqual(await fromNetworkd(t, '[Match]\nName=ens3\n[Network]\nDHCP=no\nBridge=br0\n'), []);
  assert.deepEqual(await fromNetworkd(t, '[Match]\nName=e(th+[0\n[Network]\nDHCP=yes\n'), []);
});

test('both configurations of a guest, and none', async t => {
  const files = {
    '/etc/network/interfaces': 'auto lo\niface lo inet loopback\nsource /etc/network/interfaces.d/*\n',
    '/etc/network/interfaces.d/50-cloud': 'auto ens3\niface ens3 inet dhcp\n',
    '/etc/systemd/network/10.network': '[Match]\nName=ens4\n[Network]\nDHCP=ipv4\n',
    '/etc/systemd/network/10.link': '[Match]\nName=ens5\n[Network]\nDHCP=ipv4\n',
  };
  const folders = ['/sys/class/net/ens3', '/sys/class/net/ens4', '/sys/class/net/ens5'];
  const names = (await configuredInterfaces(openGuest(folderWith(t, { files, folders })))).map(({ name }) => name);
  assert.deepEqual(names, ['ens3', 'ens4']);
  assert.deepEqual(await configuredInterfaces(openGuest(folderWith(t, {}))), []);
});
