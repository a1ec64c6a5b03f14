import assert from 'node:assert/strict';
import { chmodSync, chownSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../../src/guest/open.ts';
import { baselineOf } from '../../../src/kernel/trial/baseline.ts';
import { causeOf } from '../../../src/kernel/trial/finding.ts';
import { vendorChecks } from '../../../src/kernel/trial/health.ts';
import { ownChecks } from '../../../src/kernel/trial/own-checks.ts';
import { type Contents, folderWith } from '../../detect/folder.ts';

const MAC = '52:54:00:00:00:01';
const machine: Contents = {
  files: {
    '/sys/class/net/ens3/address': `${MAC}\n`,
    '/sys/class/net/lo/address': '00:00:00:00:00:00\n',
    '/proc/cmdline': 'root=UUID=0a0a-0b0b ro\n',
  },
  links: { '/sys/class/net/ens3/device/driver': '../../../bus/virtio/drivers/virtio_net' },
};

test('a machine as it was passes; interfaces without a driver do not count', async t => {
  const guest = openGuest(folderWith(t, machine));
  const baseline = await baselineOf(guest);
  assert.deepEqual(baseline, { nics: [MAC], root: '0a0a-0b0b' });
  assert.deepEqual(await ownChecks(guest, baseline), []);
});

test('a card that lost its driver, and another root file system, each fail', async t => {
  const root = folderWith(t, machine);
  const guest = openGuest(root);
  rmSync(`${root}/sys/class/net/ens3/device/driver`);
  const [nics, otherRoot] = await ownChecks(guest, { nics: [MAC], root: 'ffff-ffff' });
  assert.ok(nics && otherRoot);
  assert.equal(causeOf(nics), 'health:nics:1');
  assert.match(nics.said, new RegExp(MAC));
  assert.equal(otherRoot.check, 'root');
});

test('a root that was unknown before cannot have changed', async t => {
  assert.deepEqual(await ownChecks(openGuest(folderWith(t, machine)), { nics: [], root: null }), []);
});

test("a vendor's checks: executable files, in order; one that cannot run, or that others can write to, has failed", async t => {
  const folder = '/etc/enlighten/health.d/required.d';
  const names = ['10-web', '20-db', 'README', 'theirs', 'writable'];
  const root = folderWith(t, { files: Object.fromEntries(names.map(name => [`${folder}/${name}`, '#!/bin/sh\n'])) });
  for (const name of ['10-web', '20-db', 'theirs']) chmodSync(`${root}${folder}/${name}`, 0o755);
  chmodSync(`${root}${folder}/writable`, 0o777);
  chownSync(`${root}${folder}/theirs`, 1000, 1000);
  const findings = await vendorChecks(openGuest(root), 'required');
  assert.deepEqual(findings.map(causeOf), [
    'health:10-web:124',
    'health:20-db:124',
    'health:theirs:126',
    'health:writable:126',
  ]);
  assert.deepEqual(await vendorChecks(openGuest(root), 'wanted'), []);
});
