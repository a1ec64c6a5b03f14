import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { installedKernels } from '../../src/kernel/installed.ts';
import { freshFolder, linkTo, put } from './machine.ts';

const withKernels = (
  id: string,
  releases: string[],
  modules = '/usr/lib/modules',
  initramfs = 'initrd.img-',
): string => {
  const root = freshFolder();
  put(root, '/etc/os-release', `NAME=x\nID="${id}"\n`);
  for (const release of releases) {
    put(root, `/boot/vmlinuz-${release}`, 'kernel');
    put(root, `/boot/${initramfs}${release}`, 'initramfs');
    put(root, `${modules}/${release}/modules.dep`, '');
  }
  return root;
};

test('Debian: newest first, with flavour and which one is universal', async () => {
  const root = withKernels('debian', ['6.1.0-9-amd64', '6.1.0-50-cloud-amd64', '6.1.0-50-amd64', '6.1.0-50-rt-amd64']);
  const kernels = await installedKernels(openGuest(root));
  assert.deepEqual(
    kernels.map(({ release, flavour, universal }) => [release, flavour, universal]),
    [
      ['6.1.0-50-rt-amd64', 'rt', false],
      ['6.1.0-50-cloud-amd64', 'cloud', false],
      ['6.1.0-50-amd64', 'generic', true],
      ['6.1.0-9-amd64', 'generic', true],
    ],
  );
  assert.deepEqual(kernels[1], {
    release: '6.1.0-50-cloud-amd64',
    flavour: 'cloud',
    universal: false,
    image: '/boot/vmlinuz-6.1.0-50-cloud-amd64',
    initramfs: '/boot/initrd.img-6.1.0-50-cloud-amd64',
    modules: '/usr/lib/modules/6.1.0-50-cloud-amd64',
  });
});

test('a cloud kernel alone is still not universal; an unknown flavour alone is', async () => {
  const cloud = await installedKernels(openGuest(withKernels('debian', ['6.1.0-50-cloud-amd64'])));
  assert.equal(cloud[0]?.universal, false);
  const alone = await installedKernels(openGuest(withKernels('gentoo', ['6.6.1-acme', '6.6.2-acme'])));
  assert.deepEqual(
    alone.map(({ flavour, universal }) => [flavour, universal]),
    [
      ['acme', true],
      ['acme', true],
    ],
  );
  const two = await installedKernels(openGuest(withKernels('gentoo', ['6.6.1-acme', '6.6.1-other'])));
  assert.deepEqual(
    two.map(({ universal }) => universal),
    [false, false],
  );
});

test('Ubuntu, through ID_LIKE too', async () => {
  const root = withKernels('mint', ['6.8.0-31-generic', '6.8.0-1009-azure']);
  put(root, '/etc/os-release', 'ID=mint\nID_LIKE="ubuntu debian"\n');
  const kernels = await installedKernels(openGuest(root));
  assert.deepEqual(
    kernels.map(({ flavour, universal }) => [flavour, universal]),
    [
      ['azure', false],
      ['generic', true],
    ],
  );
});

test('Alpine: the image is named after the flavour, the release after the modules folder', async () => {
  const root = freshFolder();
  put(root, '/etc/os-release', 'ID=alpine\n');
  for (const flavour of ['lts', 'virt']) {
    put(root, `/boot/vmlinuz-${flavour}`, 'kernel');
    put(root, `/boot/initramfs-${flavour}`, 'initramfs');
    put(root, `/lib/modules/6.6.30-0-${flavour}/modules.dep`, '');
  }
  const kernels = await installedKernels(openGuest(root));
  assert.deepEqual(
    kernels.map(k => [k.release, k.flavour, k.universal, k.initramfs]),
    [
      ['6.6.30-0-virt', 'virt', false, '/boot/initramfs-virt'],
      ['6.6.30-0-lts', 'lts', true, '/boot/initramfs-lts'],
    ],
  );
});

test('Fedora: initramfs-RELEASE.img, the rescue image is none', async () => {
  const root = freshFolder();
  put(root, '/etc/os-release', 'ID=fedora\n');
  put(root, '/boot/vmlinuz-6.5.6-300.fc39.x86_64', 'kernel');
  put(root, '/boot/vmlinuz-0-rescue-abc', 'kernel');
  put(root, '/boot/initramfs-6.5.6-300.fc39.x86_64.img', '');
  put(root, '/usr/lib/modules/6.5.6-300.fc39.x86_64/modules.dep', '');
  const kernels = await installedKernels(openGuest(root));
  assert.deepEqual(
    kernels.map(k => [k.flavour, k.universal, k.initramfs]),
    [['generic', true, '/boot/initramfs-6.5.6-300.fc39.x86_64.img']],
  );
});

test('what cannot be booted is no kernel: without modules, or with the rest of a removed package', async () => {
  const root = freshFolder();
  put(root, '/boot/vmlinuz-1', 'kernel');
  put(root, '/boot/vmlinuz-2', 'kernel');
  put(root, '/lib/modules/2/modules.symbols', '');
  linkTo(root, '/boot/vmlinuz-3', '/boot/gone');
  put(root, '/lib/modules/3/modules.dep', '');
  put(root, '/boot/vmlinuz-4-x', 'kernel');
  put(root, '/lib/modules/4-x/modules.dep', '');
  const kernels = await installedKernels(openGuest(root));
  assert.deepEqual(
    kernels.map(({ release, initramfs }) => [release, initramfs]),
    [['4-x', null]],
  );
  assert.deepEqual(await installedKernels(openGuest(freshFolder())), []);
});
