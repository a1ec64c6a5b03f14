import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocument } from '../../src/ovfenv/document.ts';
import { environmentJson } from '../../src/ovfenv/json.ts';
import { secretsOf, withoutSecrets } from '../../src/ovfenv/secrets.ts';
import { azureDocument } from './azure.ts';

const environmentOf = async (text: string) => {
  const read = await readDocument({ transport: 'azure', source: '/dev/sr0:/ovf-env.xml', document: Buffer.from(text) });
  assert.ok('environment' in read, JSON.stringify(read));
  return read.environment;
};

test("Azure's provisioning document: kind azure, its settings as properties, nothing odd about it", async () => {
  const environment = await environmentOf(azureDocument);
  assert.equal(environment.kind, 'azure');
  assert.deepEqual(environment.notices, []);
  assert.deepEqual(environment.properties, {
    'azure.configurationSetType': 'LinuxProvisioningConfiguration',
    'azure.userName': 'operator',
    'azure.userPassword': 'pa55 & w0rd',
    'azure.hostName': 'web-1',
    'azure.disableSshPasswordAuthentication': 'false',
    'azure.customData': 'I2Nsb3VkLWNvbmZpZwo=',
    'azure.provisionGuestAgent': 'true',
    'azure.preprovisionedVm': 'false',
    'azure.sshPublicKey.1.fingerprint': '2D97B25D49B98ECC90BF1600D66D68799CFB361E',
    'azure.sshPublicKey.1.path': '/home/operator/.ssh/authorized_keys',
    'azure.sshPublicKey.1.value': 'ssh-ed25519 AAAA operator',
    'azure.sshPublicKey.2.value': 'ssh-ed25519 BBBB other',
  });
});

test('its password and its custom data are secrets', async () => {
  const environment = await environmentOf(azureDocument);
  const secrets = ['azure.customData', 'azure.userPassword'];
  assert.deepEqual(Object.keys(secretsOf(environment).properties).sort(), secrets);
  const shown = environmentJson(environment, { reveal: false });
  for (const text of [JSON.stringify(shown), JSON.stringify(withoutSecrets(environment))]) {
    assert.ok(!text.includes('pa55') && !text.includes('I2Nsb3Vk'));
  }
  for (const key of secrets) assert.equal(shown.properties[key], '********');
});

test('elements of other namespaces are not settings, and what is nil is absent', async () => {
  const foreign = azureDocument
    .replace('<HostName>web-1</HostName>', '<HostName xmlns="urn:else">x</HostName>')
    .replace('<UserName>operator</UserName>', '<UserName i:nil="true"/>');
  const { properties } = await environmentOf(foreign);
  assert.equal(properties['azure.hostName'], undefined);
  assert.equal(properties['azure.userName'], undefined);
});
