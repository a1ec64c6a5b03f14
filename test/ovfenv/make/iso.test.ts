/** The disc is found and read by cloud-init's rules and by ours. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeDocument } from '../../../src/ovfenv/make/document.ts';
import { media } from '../../../src/ovfenv/make/media.ts';
import { folderWith } from '../../detect/folder.ts';
import { makeDisc } from '../fixture.ts';
import { cloudInit, pathWith } from './cloud-init.ts';
import { wishing } from './wishes.ts';

const properties = { 'user-data': 'dGVzdA==', hostname: 'web <1> & "two"\n', umlaut: 'Größe €' };

const madeDisc = (): Buffer => {
  const order = { document: makeDocument(wishing(properties)), file: '/env.iso', companions: new Map() };
  const [file] = media.iso(order).files;
  assert.ok(file);
  return file.content;
};

/** The machine ds-identify sees, and what it decided to look for. */
const identified = (t: TestContext, disc: Buffer): string => {
  const root = folderWith(t, {
    folders: ['/run', '/proc/1', '/sys/class/dmi/id'],
    files: {
      '/dev/sr0': disc,
      '/sys/class/block/sr0/size': `${disc.length / 512}\n`,
      '/proc/cmdline': 'root=/dev/vda1\n',
      '/proc/uptime': '1 1\n',
      '/etc/cloud/cloud.cfg': 'datasource_list: [ NoCloud, ConfigDrive, OVF, None ]\n',
    },
  });
  const PATH = pathWith(t, join(root, 'dev/sr0'));
  spawnSync(cloudInit().identify, { env: { PATH, PATH_ROOT: root, DEBUG_LEVEL: '2' } });
  const decided = join(root, 'run/cloud-init/cloud.cfg');
  return statSync(decided, { throwIfNoEntry: false }) ? readFileSync(decided, 'utf8') : '';
};

test('cloud-init’s ds-identify finds it, and not just any disc', t => {
  assert.match(identified(t, madeDisc()), /^datasource_list: \[ OVF, None \]$/m);
  const other = readFileSync(makeDisc(t, { 'readme.txt': 'setup' }, { label: 'SETUP' }));
  assert.doesNotMatch(identified(t, other), /OVF/);
});

test('cloud-init’s OVF data source reads the same properties from it', t => {
  const image = join(folderWith(t, { files: { '/made.iso': madeDisc() } }), 'made.iso');
  const program = `
import json
from cloudinit.sources import DataSourceOVF as ovf
print(json.dumps(ovf.get_properties(ovf.transport_iso9660())))`;
  const env = { PATH: pathWith(t, image), PYTHONPATH: cloudInit().python, LANG: 'C.UTF-8' };
  const said = execFileSync('/usr/bin/python3', ['-c', program], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  assert.deepEqual(JSON.parse(said), properties);
});
