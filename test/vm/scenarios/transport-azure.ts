/** Azure's provisioning disc on a machine with Azure's firmware strings; the kernel's own UDF driver reads the same from it. */
import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { azureDocument } from '../../ovfenv/azure.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

interface Shown {
  kind: string;
  transport: string;
  properties: Record<string, string>;
}

const microsoft = [
  'type=1,manufacturer=Microsoft Corporation,product=Virtual Machine',
  'type=3,asset=7783-7084-3265-9085-8269-3286-77',
];

export default scenario('transport-azure', { small: {} }, async vm => {
  const image = join(vm.folder, 'azure.udf');
  await writeFile(join(vm.folder, 'ovf-env.xml'), azureDocument);
  await writeFile(image, '');
  await truncate(image, 8 * 1024 * 1024);
  await execa('mkudffs', ['--media-type=cdrw', '--udfrev=1.50', '--label=rd_rdfe_stable.1', image]);
  // It asks before it writes.
  await execa('wrudf', [image], { cwd: vm.folder, input: 'y\ncp ovf-env.xml /\nquit\n', timeout: 60_000 });
  vm.start({ discs: [{ on: 'ide', file: image }], smbios: microsoft });
  await vm.shell.ready();
  const shown = await vm.json<Shown>('enlighten env show --json', limit.agent);
  assert.equal(shown.kind, 'azure');
  assert.equal(shown.transport, 'azure');
  assert.equal(shown.properties['azure.hostName'], 'web-1');
  assert.equal(shown.properties['azure.userPassword'], '********');
  assert.equal(
    await vm.ok('mkdir /disc && mount -t udf -o ro /dev/sr0 /disc && cat /disc/ovf-env.xml'),
    azureDocument.trimEnd(),
  );
});
