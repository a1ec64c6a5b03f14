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

const STATES = '/run/systemd/netif/links';
const card = (name: string, index: number, mac: string) => ({
  files: {
    [`/sys/class/net/${name}/ifindex`]: `${index}\n`,
    [`/sys/class/net/${name}/address`]: `${mac}\n`,
  },
  links: { [`/sys/class/net/${name}/device/driver`]: '../../bus/virtio/drivers/virtio_net' },
});
const [first, second] = [card('ens3', 2, '52:54:00:00:00:03'), card('ens4', 3, '52:54:00:00:00:04')];
const cards = { files: { ...first.files, ...second.files }, links: { ...first.links, ...second.links } };
const with2 = (t: TestContext, files: Record<string, string>) =>
  configuredInterfaces(openGuest(folderWith(t, { ...cards, files: { ...cards.files, ...files } })));

test('networkd while it runs says itself which file is whose, whatever that matches by', async t => {
  const files = {
    '/etc/systemd/network/10-any.network': '[Match]\nType=ether\n[Network]\nDHCP=ipv4\n',
    '/run/systemd/network/10-netplan-ens4.network':
      '[Match]\nPermanentMACAddress=52:54:00:00:00:04\n[Network]\nAddress=192.0.2.7/24\n',
    [`${STATES}/2`]: 'ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/10-any.network\n',
    [`${STATES}/3`]: 'ADMIN_STATE=configured\nNETWORK_FILE=/run/systemd/network/10-netplan-ens4.network\n',
  };
  assert.deepEqual(await with2(t, files), [
    { name: 'ens3', statics: [] },
    { name: 'ens4', statics: ['192.0.2.7'] },
  ]);
  const named = { '/etc/systemd/network/10.network': '[Match]\nName=ens*\n[Network]\nDHCP=yes\n' };
  assert.deepEqual(await with2(t, { ...named, [`${STATES}/2`]: 'ADMIN_STATE=unmanaged\n' }), [
    { name: 'ens4', statics: [] },
  ]);
});

test('networkd: the first file that matches is the one, and what the machine does without is no promise', async t => {
  const files = {
    '/run/systemd/network/05.network': '[Match]\nName=ens3\n[Link]\nRequiredForOnline=no\n[Network]\nDHCP=yes\n',
    '/etc/systemd/network/10.network': '[Match]\nName=ens*\n[Network]\nDHCP=yes\n',
  };
  assert.deepEqual(await with2(t, files), [{ name: 'ens4', statics: [] }]);
});

test('NetworkManager: by name, by MAC address; for any card only where there is one; nothing where it does not run', async t => {
  const folder = '/etc/NetworkManager/system-connections';
  const connection = (more: string, ipv4: string) => `[connection]\ntype=ethernet\n${more}\n[ipv4]\n${ipv4}\n`;
  const runs = { '/run/NetworkManager/devices/2': '' };
  const files = {
    [`${folder}/a.nmconnection`]: connection('interface-name=ens3', 'method=auto'),
    '/run/NetworkManager/system-connections/netplan-b.nmconnection': connection(
      '[ethernet]\nmac-address=52:54:00:00:00:04',
      'method=manual\naddress1=192.0.2.7/24,192.0.2.1',
    ),
    [`${folder}/c.nmconnection`]: connection('autoconnect=false\ninterface-name=ens4', 'method=auto'),
    [`${folder}/d.nmconnection`]: connection('', 'method=auto'),
    [`${folder}/e.nmconnection`]: '[connection]\ntype=wifi\n[ipv4]\nmethod=auto\n',
  };
  assert.deepEqual(await with2(t, { ...files, ...runs }), [
    { name: 'ens3', statics: [] },
    { name: 'ens4', statics: ['192.0.2.7'] },
  ]);
  assert.deepEqual(await with2(t, files), []);
  const only = { ...first, files: { ...first.files, ...runs, [`${folder}/d`]: connection('', 'method=auto') } };
  assert.deepEqual(await configuredInterfaces(openGuest(folderWith(t, only))), [{ name: 'ens3', statics: [] }]);
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
