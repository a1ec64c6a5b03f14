/** GRUB as Fedora and RHEL configure it: /boot/grub2 on a partition of its own, a menu made of entry files, variables in them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGuest } from '../../../../src/guest/open.ts';
import { bootLoaderOf } from '../../../../src/kernel/bootloaders/index.ts';
import { folderWith } from '../../../detect/folder.ts';
import { blockOf, grubFiles, MAKER } from './machine.ts';

const RELEASE = '6.12.0-1.el10.x86_64';
const RESCUE = '0-rescue-0123456789abcdef0123456789abcdef';
const ROOT = 'root=/dev/mapper/rl-root ro';

const grubCfg = `set pager=1
if [ -f \${config_directory}/grubenv ]; then
  load_env -f \${config_directory}/grubenv
elif [ -s $prefix/grubenv ]; then
  load_env
fi
if [ "\${next_entry}" ] ; then
   set default="\${next_entry}"
   set next_entry=
   save_env next_entry
   set boot_once=true
else
   set default="\${saved_entry}"
fi
insmod blscfg
blscfg
if [ -f  \${config_directory}/custom.cfg ]; then
  source \${config_directory}/custom.cfg
fi
`;

const entry = (release: string, options: string): string =>
  [
    `title Rocky Linux (${release})`,
    `version ${release}`,
    `linux /vmlinuz-${release}`,
    `initrd /initramfs-${release}.img $tuned_initrd`,
    `options ${options}`,
    'grub_users $grub_users',
    '',
  ].join('\n');

const { '/boot/grub/custom.cfg': custom = '', '/usr/lib/enlighten/grub/custom.cfg': source = '' } = grubFiles();

const files = (options: string, ...block: string[]): Record<string, string | Buffer> => ({
  '/boot/grub2/grub.cfg': grubCfg,
  '/boot/grub2/custom.cfg': custom,
  '/usr/lib/enlighten/grub/custom.cfg': source,
  '/boot/grub2/enlighten.cfg': `set enlighten_universal_kernel="/vmlinuz-${RELEASE}"\n`,
  '/boot/grub2/grubenv': blockOf('enlighten_mark=1', 'saved_entry=x', 'boot_success=1', ...block),
  [`/boot/loader/entries/a-${RESCUE}.conf`]: entry(RESCUE, ROOT),
  [`/boot/loader/entries/a-${RELEASE}.conf`]: entry(RELEASE, options),
  '/proc/cmdline': `BOOT_IMAGE=(hd0,gpt2)/vmlinuz-${RELEASE} ${ROOT}\n`,
  '/proc/self/mountinfo':
    '22 1 253:0 / / rw - xfs /dev/mapper/rl-root rw\n23 22 254:2 / /boot rw - ext4 /dev/vda2 rw\n',
});

const kernel = {
  release: RELEASE,
  flavour: 'generic',
  universal: true,
  image: `/boot/vmlinuz-${RELEASE}`,
  initramfs: `/boot/initramfs-${RELEASE}.img`,
  modules: `/usr/lib/modules/${RELEASE}`,
};

for (const [name, options, block] of [
  ['plain options', `${ROOT} quiet`, []],
  ['kernelopts in the environment block (RHEL 8)', '$kernelopts $tuned_params', [`kernelopts=${ROOT} quiet`]],
] as const) {
  test(`${name}: the entry is read, armed and promoted in /boot/grub2`, async t => {
    const guest = openGuest(folderWith(t, { files: files(options, ...block) }));
    const loader = await bootLoaderOf(guest);
    assert.equal(await loader.refusal(guest), null);
    const found = await loader.entry(guest, kernel);
    const expected = { kernel: `/vmlinuz-${RELEASE}`, initrd: `/initramfs-${RELEASE}.img`, args: `${ROOT} quiet` };
    assert.deepEqual(found, expected);
    await loader.arm(guest, expected, MAKER, 'abc');
    assert.equal((await loader.state(guest)).trial, 'armed');
    await loader.promote(guest, expected, MAKER);
    assert.equal((await loader.state(guest)).proven, expected.kernel);
  });
}

test('options that need GRUB’s script cannot be repeated', async t => {
  for (const options of ['root="a b"', 'root=x $(y)', 'root=x single']) {
    const guest = openGuest(folderWith(t, { files: files(options) }));
    assert.equal(await (await bootLoaderOf(guest)).entry(guest, kernel), null, options);
  }
});

test('greenboot’s counter is left to count', async t => {
  const guest = openGuest(folderWith(t, { files: files(ROOT, 'boot_counter=3') }));
  assert.equal((await (await bootLoaderOf(guest)).refusal(guest))?.code, 'loader-counted');
});

test('a block that is a link: what matters is the file system it leads to', async t => {
  const { '/boot/grub2/grubenv': block = '', ...others } = files(ROOT);
  const guest = openGuest(
    folderWith(t, {
      files: {
        ...others,
        '/boot/efi/EFI/rocky/grubenv': block,
        '/proc/self/mountinfo':
          '22 1 253:0 / / rw - xfs /dev/mapper/rl-root rw\n24 22 254:1 / /boot/efi rw - vfat /dev/vda1 rw\n',
      },
      links: { '/boot/grub2/grubenv': '../efi/EFI/rocky/grubenv' },
    }),
  );
  assert.equal(await (await bootLoaderOf(guest)).refusal(guest), null);
});
