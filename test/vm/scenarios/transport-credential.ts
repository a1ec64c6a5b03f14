/** The document as a credential that systemd collects: from SMBIOS, and after a reboot on other hardware from fw_cfg. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentDocument } from '../iso.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

interface Shown {
  transport: string;
  source: string;
  properties: Record<string, string>;
}

const documentFor = (where: string) => environmentDocument({ properties: { 'enlighten.mode': 'plan', where } });

export default scenario('transport-credential', { tier: 'long' }, async vm => {
  const encoded = Buffer.from(documentFor('smbios')).toString('base64');
  const fwCfg = join(vm.folder, 'credential.xml');
  await writeFile(fwCfg, documentFor('fw_cfg'));
  const ways = {
    smbios: { smbios: [`type=11,value=io.systemd.credential.binary:ovf.env=${encoded}`], extra: [] },
    fw_cfg: { smbios: [], extra: ['-fw_cfg', `name=opt/io.systemd.credentials/ovf.env,file=${fwCfg}`] },
  };
  for (const [where, hardware] of Object.entries(ways)) {
    vm.start(hardware);
    await vm.waitUntilUp();
    const shown = await vm.json<Shown>('enlighten env show --json', limit.agent);
    assert.equal(shown.transport, 'credential');
    assert.equal(shown.source, '/run/credentials/@system/ovf.env');
    assert.equal(shown.properties['where'], where);
    const published = await vm.json<Shown>('cat /run/enlighten/environment.json');
    assert.equal(published.properties['where'], where, 'the boot pass read it, too');
    await vm.powerOff();
  }
});
