/**
 * VMware's guestinfo, asked for by Debian's own open-vm-tools in a machine whose kernel says VMware: behind a disc, before the
 * firmware's strings, and by the other client where the first one is denied.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Detection } from '../../../src/detect/detection.ts';
import { smbiosStringsOf } from '../../../src/ovfenv/transports/smbios-strings.ts';
import { signedAs } from '../image/signature.ts';
import { environmentDocument, environmentIso } from '../iso.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';
import {
  clientPath,
  clientScript,
  guestinfoFiles,
  guestinfoFolder,
  takeAsked,
  variable,
  vmwareHardware,
  vmwareSignature,
} from '../vmware.ts';

interface Shown {
  transport: string;
  source: string;
  properties: Record<string, string>;
}
interface Row {
  transport: string;
  found: boolean | null;
  why: string;
}

/** Longer than 100 KB, and not ASCII: a client in the wrong locale would escape it. */
const long = Array.from({ length: 10_000 }, (_, at) => `${at} Straße`).join(' ');
const documentFor = (where: string, properties: Record<string, string> = {}) =>
  environmentDocument({ properties: { where, ...properties } });

const small = {
  with: ['vmware' as const],
  get files() {
    return guestinfoFiles(documentFor('guestinfo', { long }));
  },
};
const disk = ['-device', 'pvscsi', '-drive', 'driver=null-co,size=64M,if=none,id=d0', '-device', 'scsi-hd,drive=d0'];

export default scenario(
  'transport-guestinfo',
  { small, hardware: { ...vmwareHardware, extra: disk }, tier: 'long' },
  async vm => {
    const [string = '', ...more] = smbiosStringsOf(Buffer.from(documentFor('smbios')));
    assert.deepEqual(more, []);
    await writeFile(join(vm.folder, 'oem'), string);
    vm.start({
      cdrom: await environmentIso(vm.folder, documentFor('iso')),
      smbios: [...vmwareHardware.smbios, `type=11,path=${join(vm.folder, 'oem')}`],
      program: await signedAs(vmwareSignature),
    });
    const { hypervisor, certainty } = await vm.json<Detection>('enlighten detect --json', limit.agent);
    assert.deepEqual([hypervisor, certainty], ['vmware', 'certain']);
    assert.match(await vm.ok('dmesg'), /Hypervisor detected: VMware/);

    const shown = async () => {
      const { transport, source, properties } = await vm.json<Shown>('enlighten env show --json', limit.agent);
      const asked = await vm.ok(takeAsked);
      return { transport, source, properties, asked };
    };
    const question = `info-get ${variable}`;

    const fromDisc = await shown();
    assert.deepEqual([fromDisc.transport, fromDisc.asked], ['iso', ''], 'for a disc no program is started');
    await vm.ok('echo 1 > /sys/block/sr0/device/delete');

    const found = await shown();
    assert.equal(found.transport, 'guestinfo');
    assert.equal(found.source, `${variable} (vmware-rpctool)`);
    assert.deepEqual(found.properties, { where: 'guestinfo', long });
    assert.equal(found.asked, `vmware-rpctool ${question}`);

    const { transports } = await vm.json<{ transports: Row[] }>('enlighten env transports --json', limit.agent);
    const standing = Object.fromEntries(transports.map(({ transport, found: had }) => [transport, had]));
    assert.deepEqual([standing['iso'], standing['guestinfo']], [false, true]);
    for (const transport of ['fw_cfg', 'kvp', 'xenstore', 'vbox', 'azure']) {
      assert.equal(transports.find(row => row.transport === transport)?.why, 'not asked on vmware', transport);
    }
    await vm.ok(takeAsked);

    await vm.write(clientPath('vmware-rpctool'), clientScript('vmware-rpctool', '--deny', 'info-get'), 0o755);
    const fallen = await shown();
    assert.equal(fallen.source, `${variable} (vmtoolsd)`);
    assert.deepEqual(fallen.properties, found.properties, 'byte for byte by both');
    assert.equal(fallen.asked, `vmware-rpctool ${question}\nvmtoolsd --cmd ${question}`);

    await vm.write(clientPath('vmware-rpctool'), clientScript('vmware-rpctool'), 0o755);
    await vm.ok(`rm ${guestinfoFolder}/${variable}`);
    const absent = await shown();
    assert.deepEqual([absent.transport, absent.properties['where']], ['smbios', 'smbios']);
    assert.equal(absent.asked, `vmware-rpctool ${question}`, 'no value is an answer: the other client is not asked');

    await vm.ok(
      `rm ${clientPath('vmware-rpctool')} ${clientPath('vmtoolsd')} /usr/bin/vmware-rpctool /usr/bin/vmtoolsd`,
    );
    assert.equal((await vm.run('enlighten env show', limit.agent)).stderr, '', 'somebody else has the document');
    await vm.ok('mount -t tmpfs none /sys/firmware/dmi/entries');
    const none = await vm.run('enlighten env show', limit.agent);
    assert.equal(none.code, 3);
    assert.match(none.stderr, /Install open-vm-tools/);
  },
);
