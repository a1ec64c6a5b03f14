/**
 * An image with the kernel that boots everywhere, and better ones as packages. What is in the offline cache is installed after the first boot,
 * the power is cut while dpkg unpacks it, the next boot mends that and the one after it tries the kernel. The same machine goes on: a newer
 * one comes on the environment's disc, and is tried at the next ordinary reboot; an old one goes; what must stay stays.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { at } from '../../../scripts/paths.ts';
import type { planJson } from '../../../src/pass/plan-json.ts';
import { grubDefault, inBoot, statusOf, waitForTrial } from '../agent.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { Offline } from '../machine/offline.ts';
import { scenario } from '../scenario.ts';

/**
 * The vendor's shell lines. Of the two newest releases in the archive the older generic kernel stays installed, the older cloud kernel and
 * QEMU's guest agent go to the cache, the newer cloud kernel lies aside; and there is a kernel that nobody needs any more.
 */
const prepare = String.raw`
apt-get -qq update
set -- $(apt-cache search --names-only '^linux-image-6\.1\.0-[0-9]+-cloud-amd64$' | cut -d' ' -f1 | sort -V | tail -n 2)
older=$1 newer=$2
generic=$(echo "$older" | sed s/-cloud//)
apt-get -qq install --yes --no-install-recommends "$generic" > /dev/null 2>&1
apt-get -qq purge --yes 'linux-image-*amd64' "$generic+" > /dev/null 2>&1
mkdir -p /var/lib/enlighten/packages /srv/update
fetch() { apt-get -qq --option APT::Sandbox::User=root download "$@"; }
(cd /var/lib/enlighten/packages; fetch "$older" qemu-guest-agent libglib2.0-0 libnuma1 liburing2)
(cd /srv/update; fetch "$newer")
apt-get clean
rm -rf /var/lib/apt/lists/*

old=6.1.0-1-amd64
mkdir -p /tmp/old/DEBIAN /tmp/old/boot /tmp/old/lib/modules/$old /tmp/meta/DEBIAN
cp /boot/vmlinuz-* /tmp/old/boot/vmlinuz-$old
: > /tmp/old/lib/modules/$old/modules.dep
about='Version: 1\nArchitecture: amd64\nMaintainer: nobody <nobody@example.org>\nDescription: of the lab\n'
printf "Package: linux-image-$old\n$about" > /tmp/old/DEBIAN/control
printf "Package: vendor-kernel\nDepends: $generic\n$about" > /tmp/meta/DEBIAN/control
for it in old meta; do dpkg-deb --build /tmp/$it /tmp/$it.deb; dpkg --install /tmp/$it.deb; done
rm -r /tmp/old /tmp/meta /tmp/old.deb /tmp/meta.deb
apt-mark auto "$generic"
update-grub
`;

/** A channel for QEMU's guest agent. */
const agentPort = [
  ...['-device', 'virtio-serial-pci', '-chardev', 'null,id=agent'],
  ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
];

/** A disc by our own command; the list says `listed` of the package, whatever is in it. */
const discWith = async (vm: Machine, name: string, content: Buffer, listed: Buffer): Promise<string> => {
  const folder = join(vm.folder, `disc-${createHash('sha256').update(content).digest('hex').slice(0, 8)}`);
  await mkdir(folder, { recursive: true });
  const sums = `${createHash('sha256').update(listed).digest('hex')}  ${name}\n`;
  for (const [file, bytes] of Object.entries({ [name]: content, SHA256SUMS: sums }))
    await writeFile(join(folder, file), bytes);
  const announced = `enlighten.packages.sha256=${createHash('sha256').update(sums).digest('hex')}`;
  const files = ['SHA256SUMS', name].flatMap(file => ['--ovffile', file]);
  const output = `${folder}.iso`;
  const options = ['env', 'make', '--set', announced, ...files, '--output', output];
  await execa(process.execPath, [at('src/main.ts'), ...options], { cwd: folder });
  return output;
};

/** The newer kernel's package, out of the machine that is switched off. */
const update = async (vm: Machine): Promise<{ name: string; content: Buffer }> => {
  const disk = await Offline.open(vm);
  try {
    const folder = join(await disk.copy('/srv/update'), 'update');
    const [name = ''] = readdirSync(folder);
    return { name, content: readFileSync(join(folder, name)) };
  } finally {
    await disk.close();
  }
};

const packages = async (vm: Machine): Promise<string[]> =>
  (await vm.json<ReturnType<typeof planJson>>('cat /run/enlighten/plan.json')).steps
    .filter(({ kind }) => kind === 'package')
    .map(({ id, state }) => `${id} ${state}`);

const said = (vm: Machine): Promise<string> =>
  vm.ok('journalctl --boot --unit=enlighten-background --output=cat --no-pager', limit.agent);

/** Until a shell line says yes; it asks every few seconds. */
const until = async (vm: Machine, line: string, seconds: number): Promise<void> => {
  const end = performance.now() + seconds * 1000;
  while ((await vm.run(line, limit.agent)).code !== 0) {
    assert.ok(performance.now() < end, `not within ${seconds} s: ${line}`);
    await new Promise(resolve => setTimeout(resolve, 2000));
  }
};

/** An emulated guest takes six minutes for a kernel package, most of them for its initramfs. */
const installation = 3000;

/** The cloud kernels in a folder of packages. */
const kernelsIn = (vm: Machine, folder: string): Promise<string> =>
  vm.ok(`ls ${folder} | sed -n 's/^linux-image-\\(.*-cloud-amd64\\)_.*/\\1/p'`);

const fromCache = scenario(
  'packages',
  {
    tier: 'long',
    hardware: { extra: agentPort },
    image: { prepare, files: { 'etc/enlighten/enlighten.yaml': 'kernel.prune: 1\n' } },
  },
  async vm => {
    const another = 'linux-image-6.1.0-999-cloud-amd64_1_amd64.deb';
    vm.start({ cdrom: await discWith(vm, another, Buffer.from('not this'), Buffer.from('but that')) });
    const generic = await inBoot(vm, 1);
    const cached = await kernelsIn(vm, '/var/lib/enlighten/packages');
    assert.equal(await vm.waitUntilUp(), 'running', 'the boot is over, whatever waits');
    assert.deepEqual(await packages(vm), [
      'package:disc pending',
      'package:qemu-guest-agent pending',
      `package:${cached} pending`,
      'package:6.1.0-1-amd64 pending',
    ]);
    assert.equal((await statusOf(vm)).trial.state, 'none');

    await until(vm, `dpkg --status linux-image-${cached} | grep -q '^Status:.* half-installed'`, installation);
    assert.match(
      await said(vm),
      /packages on the disc were ignored: .*has the digest/,
      'what the disc brings is not what its list says',
    );
    assert.match(await said(vm), /package:qemu-guest-agent: done/);
    await vm.cut();

    vm.start();
    assert.equal(await inBoot(vm, 2), generic, 'the kernel that boots everywhere');
    assert.equal(await vm.waitUntilUp(), 'running');
    assert.match(await vm.ok('dpkg --audit', limit.agent), new RegExp(`linux-image-${cached}`));
    assert.equal(await vm.ok('systemctl is-active qemu-guest-agent'), 'active');
    const { trial } = await waitForTrial(vm, 'armed', installation);
    assert.deepEqual([trial.kernel, trial.previous], [cached, generic]);
    assert.equal(await vm.ok('dpkg --audit', limit.agent), '', 'dpkg is whole again');
    assert.equal(await grubDefault(vm), generic, 'the default is what it was');
    assert.equal(vm.console.boots.length, 2, 'nobody rebooted for it');

    await vm.ok('systemctl --no-block reboot');
    assert.equal(await inBoot(vm, 3), cached, 'the next ordinary reboot tries it');
    await waitForTrial(vm, 'confirmed');
    assert.equal(await vm.ok('systemctl show --value --property ConditionResult enlighten-background'), 'no');
    await vm.powerOff();
  },
);

const fromDisc = scenario('packages-update', { tier: 'long', after: 'packages' }, async vm => {
  const { name, content } = await update(vm);
  vm.start({ cdrom: await discWith(vm, name, content, content) });
  const cached = await inBoot(vm, 4);
  const newer = await kernelsIn(vm, '/srv/update');
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal((await statusOf(vm)).trial.state, 'settled');
  assert.equal((await waitForTrial(vm, 'armed', installation)).trial.kernel, newer);
  assert.equal(await vm.ok('ls /boot/vmlinuz-6.1.0-1-amd64 2> /dev/null || echo gone'), 'gone');
  assert.equal(vm.console.boots.length, 4, 'no reboot for a newer version');

  await vm.ok('systemctl --no-block reboot');
  assert.equal(await inBoot(vm, 5), newer);
  const { trial } = await waitForTrial(vm, 'confirmed');
  assert.deepEqual([trial.kernel, trial.previous], [newer, cached]);

  const kernels = () => vm.ok('ls -d /boot/vmlinuz-*', limit.agent);
  const before = await kernels();
  await vm.ok(`apt-mark auto linux-image-${cached} linux-image-${newer}`, limit.agent);
  await vm.ok('apt-get --yes --quiet purge vendor-kernel', installation);
  await vm.ok('apt-get --yes --quiet autoremove', installation);
  assert.equal(await kernels(), before, 'running, fall-back and universal kernel are not apt’s to remove');
  assert.equal(before.split('\n').length, 3);
});

export default [fromCache, fromDisc];
