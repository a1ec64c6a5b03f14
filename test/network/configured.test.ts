/** What each kind of network configuration means, judged by its own real parser where there is one. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { openGuest } from '../../src/guest/open.ts';
import { type Claim, claims } from '../../src/network/configured.ts';
import { fromIfupdown } from '../../src/network/ifupdown.ts';
import { fromKeyfile } from '../../src/network/keyfile.ts';
import { fromNetplan } from '../../src/network/netplan.ts';
import { fromNetdev, fromNetwork } from '../../src/network/networkd.ts';
import { networkConfiguration } from '../../src/network/read.ts';
import { freshFolder, put } from '../kernel/machine.ts';
import { machine } from './machine.ts';
import { asNetworkManager, ifquery, netplanGenerate } from './real.ts';

const MAC = '00:0c:29:11:22:33';
const names = (all: readonly Claim[]): (string | null)[] => all.map(({ name }) => name);

const INTERFACES = `# by hand
auto lo br0
iface lo inet loopback
auto ens192
iface ens192 inet static
\taddress 192.0.2.3/24
allow-hotplug ens224
iface ens224 inet6 auto
iface br0 inet static
    address 198.51.100.2/24
    bridge_ports ens256 \\
      ens161
auto ens193.100
iface ens193.100 inet dhcp
auto wg0
iface wg0 inet static
    pre-up ip link add wg0 type wireguard
    address 203.0.113.1/24
iface never inet dhcp
auto bond0
iface bond0 inet dhcp
    bond-slaves none
    bond-mode 802.3ad
`;

test('ifupdown: what is brought up, ports of bridges, carriers of VLANs; never what it makes itself', () => {
  const { claims: all, made } = fromIfupdown('/etc/network/interfaces', INTERFACES);
  assert.deepEqual(names(all), ['ens192', 'ens224', 'ens193', 'ens256', 'ens161']);
  const any = fromIfupdown('/f', 'auto br0\niface br0 inet dhcp\n bridge_ports regex ens.*\n').claims;
  assert.ok(any.some(claim => claims(claim, { name: 'ens3', mac: MAC })));
  assert.deepEqual(made, ['lo', 'br0', 'wg0', 'bond0']);
});

test('ifupdown: its own ifquery brings up what we say it does', () => {
  const file = `${freshFolder()}/interfaces`;
  writeFileSync(file, INTERFACES);
  const { claims: all, made } = fromIfupdown(file, INTERFACES);
  const known = [...names(all), ...made];
  for (const name of ifquery(file)) assert.ok(known.includes(name.replace(/\..*/, '')), name);
});

test('ifupdown: files that are included, and files that include others', async () => {
  const root = machine([], {
    '/etc/network/interfaces': 'source /etc/network/interfaces.d/*\nsource-directory more\n',
    '/etc/network/interfaces.d/a.cfg': 'auto a1\niface a1 inet dhcp\n',
    '/etc/network/more/b': 'auto b1\niface b1 inet dhcp\nsource /etc/network/interfaces\n',
  });
  assert.deepEqual(names((await networkConfiguration(openGuest(root))).claims), ['a1', 'b1']);
});

test('networkd: names, patterns, MAC addresses, and what only udev could judge', () => {
  const claimed = (match: string) => fromNetwork('/f', `[Match]\n${match}\n[Network]\nDHCP=yes\n`).claims[0];
  assert.equal(claimed('Name=ens192')?.name, 'ens192');
  assert.equal(claimed('Name=ens192 ens224')?.name, 'ens192');
  assert.equal(claimed('Name=en*')?.name, null);
  assert.deepEqual(claimed(`MACAddress=${MAC.toUpperCase()}`)?.macs, [MAC]);
  assert.equal(claims(claimed('Type=ether') as Claim, { name: 'x', mac: MAC }), true);
  assert.equal(claims(claimed('Name=!ens*') as Claim, { name: 'enp1s0', mac: MAC }), true);
  assert.equal(claims(claimed('Name=!ens*') as Claim, { name: 'ens1', mac: MAC }), false);
  assert.deepEqual(fromNetdev('[NetDev]\nName=br0\nKind=bridge\n').made, ['br0']);
});

const NETPLAN = `network:
  version: 2
  ethernets:
    ens192:
      addresses: [192.0.2.5/24]
      routes: [{to: default, via: 192.0.2.1}]
    any:
      match: {name: "enp*"}
      dhcp4: true
    one:
      match: {macaddress: "${MAC}"}
      set-name: lan0
      dhcp4: true
  bridges:
    br0: {interfaces: [ens192]}
`;

test('netplan: what it generates for networkd means the same cards', async () => {
  const root = freshFolder();
  put(root, '/etc/netplan/01.yaml', NETPLAN);
  netplanGenerate(root);
  const folder = `${root}/run/systemd/network`;
  const generated = readdirSync(folder)
    .filter(name => name.endsWith('.network'))
    .flatMap(name => fromNetwork(name, readFileSync(`${folder}/${name}`, 'utf8')).claims);
  const made = readdirSync(folder)
    .filter(name => name.endsWith('.netdev'))
    .flatMap(name => fromNetdev(readFileSync(`${folder}/${name}`, 'utf8')).made);
  const ours = await fromNetplan('/etc/netplan/01.yaml', NETPLAN);
  assert.deepEqual(ours.made, made);
  for (const nic of [
    { name: 'ens192', mac: '00:00:00:00:00:01' },
    { name: 'enp6s18', mac: '00:00:00:00:00:02' },
    { name: 'lan0', mac: MAC },
    { name: 'eth7', mac: '00:00:00:00:00:03' },
  ]) {
    const theirs = generated.filter(claim => claim.name !== 'br0').some(claim => claims(claim, nic));
    assert.equal(
      ours.claims.some(claim => claims(claim, nic)),
      theirs,
      nic.name,
    );
  }
  assert.deepEqual(names(ours.claims), ['ens192', null, null]);
});

test('NetworkManager: what it writes itself is read as what it was given', () => {
  const given = `[connection]\nid=front\ntype=ethernet\ninterface-name=ens192\n\n[ethernet]\n\n[802-1x]\nidentity=x\npassword=topsecret\neap=md5;\n`;
  const theirs = asNetworkManager(given);
  assert.deepEqual(fromKeyfile('/f', theirs), fromKeyfile('/f', given));
  assert.deepEqual(names(fromKeyfile('/f', theirs).claims), ['ens192']);
  assert.equal(JSON.stringify(fromKeyfile('/f', given)).includes('topsecret'), false);
  const byMac = asNetworkManager(`[connection]\nid=b\ntype=ethernet\n[ethernet]\nmac-address=${MAC}\n`);
  assert.deepEqual(fromKeyfile('/f', byMac).claims[0]?.macs, [MAC]);
  const bridge = asNetworkManager('[connection]\nid=b\ntype=bridge\ninterface-name=br0\n[bridge]\n');
  assert.deepEqual(fromKeyfile('/f', bridge), { claims: [], made: ['br0'] });
});

test('only services that run here count; where cloud-init writes the network, its files are not the image’s', async () => {
  const root = machine([], {
    '/etc/systemd/network/a.network': '[Match]\nName=n1\n[Network]\nDHCP=yes\n',
    '/etc/netplan/50-cloud-init.yaml': 'network: {ethernets: {p1: {dhcp4: true}}}\n',
    '/etc/NetworkManager/system-connections/a.nmconnection': '[connection]\ntype=ethernet\ninterface-name=m1\n',
  });
  const known = async () => names((await networkConfiguration(openGuest(root))).claims);
  assert.deepEqual(await known(), []);
  put(root, '/etc/systemd/system/multi-user.target.wants/.keep', '');
  symlinkSync('/lib/systemd/system/x', `${root}/etc/systemd/system/multi-user.target.wants/systemd-networkd.service`);
  symlinkSync('/lib/systemd/system/x', `${root}/etc/systemd/system/multi-user.target.wants/NetworkManager.service`);
  put(root, '/usr/sbin/netplan', '');
  assert.deepEqual(await known(), ['n1', 'p1', 'm1']);
  put(root, '/usr/bin/cloud-init', '');
  assert.deepEqual(await known(), ['n1', 'm1']);
  put(root, '/etc/cloud/cloud.cfg.d/99-off.cfg', 'network: {config: disabled}\n');
  assert.deepEqual(await known(), ['n1', 'p1', 'm1']);
});

test('hostile: nothing is thrown, and no name is claimed that an interface could not have', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'auto ',
      'iface ',
      'source ',
      '[Match]\n',
      'Name=',
      'network:\n  ethernets:\n    ',
      '&a ',
      '*a',
      '[connection]\ntype=ethernet\ninterface-name=',
    ),
    fc.string({ unit: 'binary' }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async pieces => {
      const text = pieces.join('');
      const all = [
        fromIfupdown('/f', text),
        fromNetwork('/f', text),
        fromKeyfile('/f', text),
        await fromNetplan('/f', text),
      ];
      for (const { claims: found } of all) {
        for (const claim of found) {
          if (claim.name !== null) assert.match(claim.name, /^[\w.-]{1,15}$/);
          claims(claim, { name: 'ens192', mac: MAC });
        }
      }
    }),
  );
});
