/** The .link file before udev's own builtin, in a network of its own: the name it would give the card, whoever named it before. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { installMissing } from '../../scripts/debian.ts';
import { addressesAction } from '../../src/actions/addresses.ts';
import { openGuest } from '../../src/guest/open.ts';
import { planAddresses } from '../../src/network/steps.ts';
import { openJournal } from '../../src/state/journal.ts';
import { machine } from './machine.ts';

const MAC = '00:0c:29:11:22:33';
const LINK = '/etc/systemd/network/70-enlighten-ens192.link';

const written = async (): Promise<string> => {
  const root = machine([{ name: 'enp6s18', mac: MAC }], {
    '/etc/network/interfaces': 'auto ens192\niface ens192 inet dhcp\n',
  });
  const guest = openGuest(root);
  const [step] = (await planAddresses(guest, [], [])).steps;
  assert.ok(step);
  await addressesAction.apply(step, guest, openJournal(guest));
  return readFileSync(root + LINK, 'utf8');
};

/** Lines of shell in a network and a /run of their own; null where this machine does not allow that. */
const apart = (t: TestContext, lines: readonly string[]): string | null => {
  const ran = spawnSync('unshare', ['--net', '--mount', 'sh', '-ec'].concat(lines.join('\n')), { encoding: 'utf8' });
  if (ran.status === 0) return ran.stdout;
  t.skip(`no network of its own here: ${ran.stderr.trim().split('\n').at(-1)}`);
  return null;
};

test('the card gets the name, though userspace named it before; a bridge with the same MAC address does not', async t => {
  installMissing({ udevadm: 'udev', ip: 'iproute2', unshare: 'util-linux' });
  const said = apart(t, [
    'mount -t tmpfs none /run && mount -t sysfs none /sys',
    'mkdir -p /run/systemd/network /run/udev/data',
    `cat > /run/systemd/network/70-enlighten-ens192.link <<'LINK'\n${await written()}LINK`,
    'ip link add zero type veth && ip link set zero name enp6s18',
    `ip link set enp6s18 address ${MAC}`,
    `ip link add br0 type bridge && ip link set br0 address ${MAC}`,
    'for one in enp6s18 br0; do echo "== $one"; udevadm test-builtin net_setup_link /sys/class/net/$one 2>&1; done',
  ]);
  if (said === null) return;
  const [, card = '', bridge = ''] = said.split(/^== .*$/m);
  assert.match(card, /^ID_NET_NAME=ens192$/m, said);
  assert.doesNotMatch(card, /70-enlighten-ens192\.link:\d+/);
  assert.doesNotMatch(bridge, /ID_NET_NAME=ens192/);
});
