import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../../src/ovfenv/environment.ts';
import { environmentJson } from '../../src/ovfenv/json.ts';
import { isSecret } from '../../src/ovfenv/secrets.ts';

/** Fields in another order than the contract's, on purpose. */
const environment: Environment = {
  notices: [{ remedy: 'r', happened: 'h', subject: 's', code: 'c' }],
  files: [],
  adapters: [{ unitNumber: 7, network: 'VM Network', mac: '00:50:56:00:00:01' }],
  peers: [{ properties: { token: 't', a: '1' }, id: 'vm2' }],
  declarations: {},
  passwords: ['pin'],
  vmware: { esxId: null, vCenterId: 'vm-7' },
  properties: { hostname: 'web1', root_passwd: 'x' },
  platform: { timezone: 0, locale: null, vendor: null, version: '8.0', kind: 'ESXi' },
  id: 'vm1',
  stale: false,
  source: '/dev/sr0:/ovf-env.xml',
  transport: 'iso',
  kind: 'ovf',
};

test('the document of `env show`, field by field, secrets masked', () => {
  assert.equal(
    JSON.stringify(environmentJson(environment, { reveal: false })),
    '{"schemaVersion":1,"kind":"ovf","transport":"iso","source":"/dev/sr0:/ovf-env.xml","stale":false,"id":"vm1",' +
      '"platform":{"kind":"ESXi","version":"8.0","vendor":null,"locale":null,"timezone":0},' +
      '"properties":{"hostname":"web1","root_passwd":"********"},"declarations":{},' +
      '"peers":[{"id":"vm2","properties":{"token":"********","a":"1"}}],' +
      '"adapters":[{"mac":"00:50:56:00:00:01","network":"VM Network","unitNumber":7}],"vmware":{"vCenterId":"vm-7","esxId":null},"files":[],' +
      '"notices":[{"code":"c","subject":"s","happened":"h","remedy":"r"}]}',
  );
});

test('--reveal shows them; without a platform it is null', () => {
  const shown = environmentJson({ ...environment, platform: null }, { reveal: true });
  assert.equal(shown.properties['root_passwd'], 'x');
  assert.equal(shown.peers[0]?.properties['token'], 't');
  assert.equal(shown.platform, null);
});

test('keys that look like secrets', () => {
  const secret = [
    'password',
    'root_passwd',
    'AdminPassword',
    'com.example.db.PWD',
    'api-token',
    'clientSecret',
    'tls.private_key',
    'privateKey',
    'credentials',
    'vami.passphrase.VM',
    'apikey',
    'user-data',
  ];
  const open = [
    'hostname',
    'ip0',
    'ssh_authorized_keys',
    'public_key',
    'bypass',
    'keyboard',
    'dns.servers',
    'userid',
    '',
  ];
  for (const key of secret) assert.ok(isSecret(key), key);
  for (const key of open) assert.ok(!isSecret(key), key);
});

test('values that give themselves away', () => {
  const secret = [
    'postgres://app:s3cret@db.example/app',
    'see https://:token@host',
    'x\n-----BEGIN RSA PRIVATE KEY-----\nMII',
    '-----BEGIN PRIVATE KEY-----',
    '$6$salt$hash',
    '$2b$12$abc',
  ];
  const open = [
    'https://db.example:5432/app',
    'postgres://app@db.example/app',
    'http://host/a:b@c',
    '-----BEGIN CERTIFICATE-----',
    '$HOME',
    'me@example.com',
  ];
  for (const value of secret) assert.ok(isSecret('k', value), value);
  for (const value of open) assert.ok(!isSecret('k', value), value);
});
