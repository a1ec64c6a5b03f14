import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { limit } from '../limits.ts';
import type { Disc } from '../machine/qemu.ts';
import { scenario } from '../scenario.ts';

/** What a disc holds does not matter here: any file is one. */
const discs: Disc[] = [
  { on: 'ide', file: null },
  { on: 'sata', file: import.meta.filename },
  { on: 'virtio-scsi', file: import.meta.filename },
  { on: 'virtio-blk', file: import.meta.filename },
];

export default scenario(
  'small-selfcheck',
  { small: {}, hardware: { discs, extra: ['-fw_cfg', 'name=opt/lab,string=hello'] } },
  async vm => {
    vm.start();
    assert.equal(
      (await vm.ok('ls -d /sys/block/sr* /sys/block/vd*')).replaceAll('/sys/block/', ''),
      'sr0\nsr1\nsr2\nvda',
    );
    const each = (act: string) => `for drive in /dev/sr0 /dev/sr1 /dev/sr2; do ${act}; done`;
    const buses = await vm.ok(each('readlink -f /sys/block/$(basename $drive)/device'));
    assert.deepEqual(buses.match(/ata(?=\d)|virtio(?=\d)/g)?.sort(), ['ata', 'ata', 'virtio']);
    const { stderr } = await vm.run(each('dd if=$drive of=/dev/null count=1 status=none'));
    assert.match(stderr, /^dd: .*No medium found$/m, 'an empty tray');
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    assert.equal(await vm.ok('cat /sys/firmware/qemu_fw_cfg/by_name/opt/lab/raw'), 'hello');
    assert.equal(await vm.ok('systemd-detect-virt; virt-what'), 'qemu\nqemu');
    const { virtualized } = await vm.json<{ virtualized: boolean }>('enlighten detect --json', limit.agent);
    assert.equal(virtualized, true);
    const source = await readFile(import.meta.filename);
    assert.ok((await vm.fetch('/dev/vda')).subarray(0, source.length).equals(source), 'byte for byte');
  },
);
