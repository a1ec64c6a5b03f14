/** Which disks and networks an image's kernels reach: the tables of depmod and what each initramfs holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD, findingOf, GENERIC, idsWhere, imageWith, matrixFor, rowOf, stateOf } from './image.ts';

const LSI_E1000_AHCI = ['vmware-lsi-vmxnet3', 'vmware-lsi-e1000', 'virtualbox'];

test('both flavours installed: everything comes up by the universal one, and the cells say where the cloud kernel cannot follow', async () => {
  const matrix = await matrixFor(imageWith());
  assert.deepEqual([matrix.first, matrix.decided, matrix.kernels], [GENERIC, true, [CLOUD, GENERIC]]);
  assert.deepEqual(
    matrix.rows.filter(({ boots }) => boots !== true).map(({ target, boots }) => [target.id, boots]),
    [],
  );
  const unable = matrix.rows.filter(({ able }) => !able.includes(CLOUD)).map(({ target }) => target.id);
  assert.deepEqual(unable, [
    'vmware-pvscsi-e1000',
    'vmware-lsi-vmxnet3',
    'vmware-lsi-e1000',
    'vmware-nvme-e1000',
    'virtualbox',
  ]);
  const finding = findingOf(matrix, 'vmware-lsi-vmxnet3', 'disk');
  assert.equal(finding.state, 'ok');
  assert.deepEqual(finding.kernels, [
    { release: CLOUD, state: 'missing', lacks: ['mptspi, which this kernel does not have'], rebuild: false },
    { release: GENERIC, state: 'ok', lacks: [], rebuild: false },
  ]);
});

test('the cloud kernel alone decides: no AHCI, no LSI, no e1000', async () => {
  const matrix = await matrixFor(imageWith({ '/boot/grub/enlighten.cfg': null }, { [CLOUD]: {} }));
  assert.equal(matrix.first, CLOUD);
  assert.deepEqual(idsWhere(matrix, 'disk', 'missing!'), LSI_E1000_AHCI);
  assert.deepEqual(idsWhere(matrix, 'nic', 'missing!'), [
    'vmware-pvscsi-e1000',
    'vmware-lsi-e1000',
    'vmware-nvme-e1000',
    'virtualbox',
  ]);
  assert.equal(rowOf(matrix, 'vmware-pvscsi-vmxnet3').boots, true);
  assert.equal(rowOf(matrix, 'virtualbox').boots, false);
  assert.equal(stateOf(matrix, 'aws', 'universal'), 'missing');
});

test('an initramfs that holds only the build machine’s drivers (MODULES=dep) comes up on that machine alone', async () => {
  const others = ['vmw_pvscsi', 'mptspi', 'ahci', 'hv_storvsc', 'xen-blkfront', 'virtio_scsi'];
  const matrix = await matrixFor(imageWith({}, { [GENERIC]: { without: others } }));
  // NVMe is compiled in.
  assert.deepEqual(idsWhere(matrix, 'disk', 'ok'), [
    'kvm-virtio-blk',
    'vmware-nvme-vmxnet3',
    'vmware-nvme-e1000',
    'aws',
    'gcp-nvme',
  ]);
  const finding = findingOf(matrix, 'vmware-pvscsi-vmxnet3', 'disk');
  assert.ok(finding.state === 'missing' && /vmw_pvscsi, which its initramfs does not hold/.test(finding.by.happened));
  assert.deepEqual(idsWhere(matrix, 'nic', 'missing!'), [], 'network drivers may lie on the disk');
});

test('a driver whose dependency the initramfs lacks is no driver', async () => {
  const matrix = await matrixFor(imageWith({}, { [GENERIC]: { without: ['scsi_transport_fc'] } }));
  assert.deepEqual(idsWhere(matrix, 'disk', 'missing!'), ['hyperv-gen1', 'hyperv-gen2', 'azure']);
  const finding = findingOf(matrix, 'azure', 'disk');
  assert.ok(finding.state === 'missing' && /scsi_transport_fc/.test(finding.by.happened));
});

test('the disk’s own link counts: no SCSI disk without sd_mod, and virtio-blk does not care', async () => {
  const matrix = await matrixFor(imageWith({}, { [GENERIC]: { without: ['sd_mod'] } }));
  assert.equal(stateOf(matrix, 'vmware-pvscsi-vmxnet3', 'disk'), 'missing!');
  assert.equal(stateOf(matrix, 'kvm-virtio-blk', 'disk'), 'ok');
});

test('another module that claims the device, too, is no promise', async () => {
  const matrix = await matrixFor(imageWith({}, { [CLOUD]: {} }));
  assert.equal(stateOf(matrix, 'virtualbox', 'disk'), 'missing!', 'pata_acpi is not ahci');
});

test('the root’s file system belongs to the way to the disk', async () => {
  const fstab = 'UUID=1 / xfs defaults 0 1\n';
  const matrix = await matrixFor(imageWith({ '/etc/fstab': fstab }));
  assert.deepEqual([...new Set(matrix.rows.map(({ target }) => stateOf(matrix, target.id, 'disk')))], ['missing!']);
});

const fstab = (source: string) => ({ '/etc/fstab': `${source} / ext4 defaults 0 1\n` });
const array = 'ARRAY /dev/md0 level=raid1 UUID=0:1:2:3\n';
/** What the image says its root lies on, and the module it is lost without. */
const layers: Record<string, [files: Record<string, string>, module: string]> = {
  'a logical volume': [fstab('/dev/mapper/vg-root'), 'dm-mod'],
  'a logical volume by its folder': [fstab('/dev/vg/root'), 'dm-mod'],
  'an encrypted disk': [
    { ...fstab('/dev/mapper/root_crypt'), '/etc/crypttab': 'root_crypt UUID=1 none luks\n' },
    'dm-crypt',
  ],
  'a volume on an encrypted disk': [
    { ...fstab('/dev/mapper/vg-root'), '/etc/crypttab': 'vda3_crypt UUID=1 none luks\n' },
    'dm-crypt',
  ],
  'a disk the initramfs is told to open': [
    { ...fstab('UUID=1'), '/etc/crypttab': 'data UUID=1 /key luks,initramfs\n' },
    'dm-crypt',
  ],
  'a mirror': [{ ...fstab('/dev/md0'), '/etc/mdadm/mdadm.conf': array }, 'raid1'],
  'what may be a mirror': [{ ...fstab('UUID=1'), '/etc/mdadm/mdadm.conf': array }, 'md-mod'],
};

for (const [what, [files, module]] of Object.entries(layers)) {
  test(`the root lies on ${what}: its code belongs to the way to the disk`, async () => {
    assert.equal(stateOf(await matrixFor(imageWith(files)), 'kvm-virtio-blk', 'disk'), 'ok');
    const matrix = await matrixFor(imageWith(files, { [GENERIC]: { without: [module] } }));
    const finding = findingOf(matrix, 'kvm-virtio-blk', 'disk');
    assert.ok(finding.state === 'missing' && finding.vital, finding.state);
    assert.match(finding.by.happened, new RegExp(`${module.replace('-', '_')}, which its initramfs does not hold`));
    assert.equal(finding.kernels?.[0]?.rebuild, true);
  });
}

test('encrypted swap with a new key at each boot, a disk of data and a plain disk ask for nothing more', async () => {
  const files = {
    ...fstab('UUID=1'),
    '/etc/crypttab': 'swap /dev/vda2 /dev/urandom swap\ndata UUID=2 /key luks\n',
  };
  const without = ['dm-mod', 'dm-crypt', 'md-mod', 'raid1'];
  const matrix = await matrixFor(imageWith(files, { [GENERIC]: { without } }));
  assert.equal(stateOf(matrix, 'kvm-virtio-blk', 'disk'), 'ok');
});

test('an initramfs that cannot be read is unknown, never ok', async () => {
  const outfits = { damaged: Buffer.from('070701 and no more'), empty: Buffer.alloc(0) };
  for (const [what, initramfs] of Object.entries(outfits)) {
    const matrix = await matrixFor(imageWith({}, { [GENERIC]: { initramfs } }));
    assert.deepEqual(idsWhere(matrix, 'disk', 'ok'), [], what);
    assert.equal(rowOf(matrix, 'kvm-virtio-blk').boots, null, what);
  }
});

test('no kernel, nothing comes up', async () => {
  const matrix = await matrixFor(imageWith({}, {}));
  assert.deepEqual([matrix.first, matrix.kernels], [null, []]);
  assert.deepEqual([...new Set(matrix.rows.map(({ boots }) => boots))], [false]);
});

test('a kernel not built for that hypervisor does not start there; without its configuration that is unknown', async () => {
  const hvmOnly = await matrixFor(imageWith({}, { [GENERIC]: { config: ['XEN', 'XEN_PVHVM'] } }));
  assert.deepEqual(idsWhere(hvmOnly, 'kernel', 'missing!'), ['xen-pv', 'xen-pvh']);
  assert.deepEqual(idsWhere(hvmOnly, 'clock', 'missing').includes('kvm-virtio-blk'), true);
  const silent = await matrixFor(imageWith({}, { [GENERIC]: { config: null } }));
  assert.deepEqual(idsWhere(silent, 'kernel', 'unknown!'), ['xen-pv', 'xen-pvh', 'xen-hvm']);
  assert.equal(rowOf(silent, 'xen-pv').boots, null);
});
