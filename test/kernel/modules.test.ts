import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { isBlocked } from '../../src/kernel/blocked.ts';
import { type ModuleDatabase, moduleDatabase } from '../../src/kernel/modules.ts';
import { freshFolder, MODULES, machine, put } from './machine.ts';

const databaseOf = async (root: string): Promise<ModuleDatabase> => {
  const database = await moduleDatabase(openGuest(root), MODULES);
  assert.ok(!isBlocked(database));
  return database;
};

test('finds drivers by modalias, in files and compiled in', async () => {
  const database = await databaseOf(machine());
  assert.deepEqual(database.matching('virtio:d00000002v00001AF4'), ['virtio_blk']);
  assert.deepEqual(database.matching('pci:v00001AF4d00001001sv00001AF4sd00000002bc01sc00i00'), ['virtio_pci']);
  assert.deepEqual(database.matching('pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00'), []);
  assert.deepEqual(database.matching('fs-ext4'), ['ext4']);
  assert.equal(database.builtin('ext4'), true);
  assert.equal(database.builtin('nvme'), true);
  assert.equal(database.builtin('virtio-blk'), false);
});

test('`-` is `_` in names, and a module brings what it depends on', async () => {
  const database = await databaseOf(machine());
  assert.equal(database.file('dm-crypt'), 'kernel/drivers/md/dm-crypt.ko');
  assert.deepEqual(database.closure('dm_crypt').sort(), ['dm_crypt', 'dm_mod']);
  assert.deepEqual(database.closure('virtio_pci').sort(), ['virtio', 'virtio_pci', 'virtio_ring']);
  assert.deepEqual(database.closure('ext4'), []);
});

test('an alias of a module that is gone matches nothing, and a circle of dependencies ends', async () => {
  const root = freshFolder();
  put(root, `${MODULES}/modules.dep`, 'kernel/a.ko.zst: kernel/b.ko.zst\nkernel/b.ko.zst: kernel/a.ko.zst\n');
  put(root, `${MODULES}/modules.alias`, 'alias pci:* gone\nalias acpi*:PNP0A03:* a\nalias usb:v1d[0-3]-x b\n');
  const database = await databaseOf(root);
  assert.deepEqual(database.matching('pci:v1'), []);
  assert.deepEqual(database.matching('acpi:PNP0A03:'), ['a']);
  assert.deepEqual(database.matching('usb:v1d2_x'), ['b']);
  assert.deepEqual(database.closure('a').sort(), ['a', 'b']);
});

test('missing tables are a Notice', async () => {
  const root = freshFolder();
  put(root, `${MODULES}/modules.dep`, '');
  const found = await moduleDatabase(openGuest(root), MODULES);
  assert.equal(isBlocked(found) && found.blocked.code, 'modules-incomplete');
});
