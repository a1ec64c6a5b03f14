import assert from 'node:assert/strict';
import { rootUuid } from '../image/layout.ts';
import { scenario } from '../scenario.ts';

export default scenario(
  'lab-selfcheck',
  { tier: 'long', agent: false, environment: { properties: { colour: 'a "b" & <c>' } } },
  async vm => {
    vm.start();
    assert.match(await vm.waitForBoot(1), /-cloud-amd64$/, 'stock order: the cloud kernel sorts first');
    assert.equal(await vm.waitUntilUp(), 'running');

    // The shell gives back exactly what a command printed, and its exit code.
    const odd = "printf 'a\\0b\\xc3\\xa4\\n'; printf 'ready x\\n' >&2; exit 7";
    assert.deepEqual(await vm.run(odd), { code: 7, stdout: 'a\0bä\n', stderr: 'ready x\n' });
    const long = 'x'.repeat(9000);
    assert.equal(await vm.ok(`echo ${long}`), long);
    await vm.write("/root/it's", 'one\ntwo', 0o600);
    assert.equal(await vm.ok(`stat -c '%a %s' "/root/it's"`), '600 7');

    assert.match(await vm.ok('ip -4 -brief address show scope global'), /UP +10\.0\.2\.15/);
    assert.match(
      await vm.ok('mkdir /tmp/iso && mount /dev/sr0 /tmp/iso && cat /tmp/iso/ovf-env.xml'),
      /oe:value="a &quot;b&quot; &amp; &lt;c&gt;"/,
    );
    assert.equal(await vm.ok('stat -c %s /boot/grub/grubenv'), '1024');

    // The grub.cfg made in the chroot is the one Debian writes here.
    await vm.ok('cp /boot/grub/grub.cfg /root/built.cfg; update-grub', 300);
    assert.equal(await vm.ok('diff /root/built.cfg /boot/grub/grub.cfg || true'), '');

    // The generic kernel, once; then the power is cut, and the first entry is back.
    const release = await vm.ok("ls /boot | sed -n 's/^vmlinuz-\\(.*[0-9]-amd64\\)$/\\1/p'");
    await vm.ok(`grub-reboot 'gnulinux-advanced-${rootUuid}>gnulinux-${release}-advanced-${rootUuid}'`);
    await vm.reboot();
    assert.equal(await vm.waitForBoot(2), release);
    await vm.cut();
    vm.start();
    assert.match(await vm.waitForBoot(3), /-cloud-amd64$/);
    await vm.powerOff();
  },
);
