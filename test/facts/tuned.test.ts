/** What tuning needs to know of a machine besides its disks: cards with their queues, and whether chrony keeps the time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkCards } from '../../src/facts/cards.ts';
import { chronyUnit } from '../../src/facts/chrony.ts';
import { guestWith } from '../detect/folder.ts';

const card = (name: string, mac: string, driver: string) => ({
  files: {
    [`/sys/class/net/${name}/address`]: `${mac}\n`,
    [`/sys/class/net/${name}/type`]: '1\n',
    [`/sys/class/net/${name}/queues/rx-0/rps_cpus`]: '0\n',
    [`/sys/class/net/${name}/queues/tx-0/xps_cpus`]: '0\n',
  },
  links: { [`/sys/class/net/${name}/device/driver`]: `../../../bus/virtio/drivers/${driver}` },
});

test('cards with their drivers and queues; what is no card is none', async t => {
  const one = card('ens3', '52:54:00:12:34:56', 'virtio_net');
  const files = { ...one.files, '/sys/class/net/lo/address': '00:00:00:00:00:00\n' };
  assert.deepEqual(await networkCards(guestWith(t, { files, links: one.links })), [
    { name: 'ens3', driver: 'virtio_net', queues: ['rx-0', 'tx-0'] },
  ]);
  assert.deepEqual(await networkCards(guestWith(t, {})), []);
});

test('chrony by the name its distribution gives the unit', async t => {
  const unit = async (path: string) => chronyUnit(guestWith(t, { files: { [path]: '[Service]\n' } }));
  assert.equal(await unit('/usr/lib/systemd/system/chronyd.service'), 'chronyd.service');
  assert.equal(await unit('/lib/systemd/system/chrony.service'), 'chrony.service');
  assert.equal(await unit('/usr/lib/systemd/system/ntp.service'), null);
});
