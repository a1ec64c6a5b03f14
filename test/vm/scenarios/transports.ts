/**
 * Every transport QEMU has, in one machine: the agent is asked, what it found is unplugged, and it is asked again until
 * nothing is left. Drives come first, whatever they hang on; then fw_cfg, then the firmware's strings.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { writeIso } from '../../../src/ovfenv/iso9660/write.ts';
import { smbiosStringsOf } from '../../../src/ovfenv/transports/smbios-strings.ts';
import { environmentDocument, environmentIso } from '../iso.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { scenario } from '../scenario.ts';

interface Shown {
  transport: string;
  source: string;
  kind: string;
  properties: Record<string, string>;
}

/** Longer than one OEM string and than a page of sysfs; not to be shrunk by gzip. */
const incompressible = Array.from({ length: 1400 }, (_, at) =>
  Math.sin(at + 1)
    .toString(36)
    .slice(2),
).join('');
const documentFor = (where: string) => environmentDocument({ properties: { where, incompressible } });

/** What `enlighten env make --output FILE.iso` writes. */
const madeIso = async (folder: string, document: string): Promise<string> => {
  const files = { 'ovf-env.xml': document, 'ovffiles/Long name of a note.txt': 'a note' };
  const content = Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  await writeFile(join(folder, 'made.iso'), writeIso('OVF ENV', content));
  return join(folder, 'made.iso');
};

/** The kernel's own reader finds the same files on the disc that our writer made. */
const mountMade = async (vm: Machine, document: string): Promise<void> => {
  await vm.ok(
    'mkdir -p /run/made; for disc in /dev/sr*; do mount -t iso9660 -o ro $disc /run/made && [ -d /run/made/ovffiles ] && break; umount /run/made; done',
  );
  assert.equal(await vm.ok('cat "/run/made/ovffiles/Long name of a note.txt"'), 'a note');
  assert.equal((await vm.ok('cat /run/made/ovf-env.xml; echo')).trim(), document.trim());
  await vm.ok('umount /run/made');
};

const unplug = async (vm: Machine, source: string): Promise<void> => {
  const drive = /^\/dev\/(\w+):/.exec(source)?.[1];
  if (drive?.startsWith('vd')) {
    await vm.ok(`basename $(readlink /sys/block/${drive}/device) > /sys/bus/virtio/drivers/virtio_blk/unbind`);
  } else if (drive !== undefined) await vm.ok(`echo 1 > /sys/block/${drive}/device/delete`);
  else if (source.includes('qemu_fw_cfg')) await vm.ok('modprobe -r qemu_fw_cfg');
  else await vm.ok('mount -t tmpfs none /sys/firmware/dmi/entries'); // dmi-sysfs is built in
};

export default scenario('transports', { small: {} }, async vm => {
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(vm.folder, name), content);
    return join(vm.folder, name);
  };
  const seed = join(vm.folder, 'cidata.iso');
  const userData = await file('user-data', '#cloud-config\n');
  await execa('xorriso', ['-as', 'mkisofs', '-quiet', '-J', '-R', '-V', 'cidata', '-o', seed, userData]);
  const strings = smbiosStringsOf(Buffer.from(documentFor('smbios')));
  assert.ok(strings.length > 1, 'it is cut');
  const paths = await Promise.all(strings.map((string, at) => file(`oem-${at}`, string)));
  vm.start({
    cdrom: await environmentIso(vm.folder, documentFor('ide')),
    discs: [
      { on: 'ide', file: null },
      { on: 'virtio-scsi', file: seed },
      { on: 'sata', file: await madeIso(vm.folder, documentFor('sata')) },
      { on: 'virtio-scsi', file: await environmentIso(vm.folder, documentFor('virtio-scsi')) },
      { on: 'virtio-blk', file: await environmentIso(vm.folder, documentFor('virtio-blk')) },
    ],
    smbios: ['type=11,value=somebody else', ...paths.map(path => `type=11,path=${path}`)],
    extra: ['-fw_cfg', `name=opt/org.dmtf.ovf/env,file=${await file('fw_cfg.xml', documentFor('fw_cfg'))}`],
  });
  await vm.shell.ready();
  await mountMade(vm, documentFor('sata'));
  await vm.ok('dmesg -c > /dev/null');

  const met: string[] = [];
  for (let left = 7; left > 0; left -= 1) {
    const asked = await vm.run('enlighten env show --json', limit.agent);
    if (asked.code === 3) break;
    const shown = JSON.parse(asked.stdout) as Shown;
    assert.equal(shown.properties['incompressible'], incompressible);
    met.push(`${shown.transport} ${shown.properties['where']}`);
    await unplug(vm, shown.source);
  }
  assert.deepEqual(met.slice(0, 3).sort(), ['iso ide', 'iso sata', 'iso virtio-scsi']);
  assert.deepEqual(met.slice(3), ['iso virtio-blk', 'fw_cfg fw_cfg', 'smbios smbios']);

  assert.doesNotMatch(await vm.ok('dmesg'), /I\/O error|unaligned/, 'an empty tray is not read from');

  interface Row {
    transport: string;
    found: boolean | null;
    ms: number | null;
    why: string;
  }
  const { transports } = await vm.json<{ transports: Row[] }>('enlighten env transports --json', limit.agent);
  assert.deepEqual(
    transports.filter(({ found }) => found !== null).map(({ transport, found }) => `${transport} ${found}`),
    ['iso false', 'fw_cfg false', 'credential false', 'smbios false', 'seed false'],
  );
  assert.equal(transports.find(({ transport }) => transport === 'azure')?.why, 'not asked on qemu');
  const looking = transports.reduce((total, { ms }) => total + (ms ?? 0), 0);
  console.log(`    nothing on any transport: ${Math.round(looking)} ms of looking, emulated`);
});
