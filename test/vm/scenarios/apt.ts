/**
 * apt in each state of the trial: an upgrade, of the kernel for virtual machines or of the one that boots everywhere in turn; autoremove; and
 * dpkg is killed in the middle of the next upgrade. As that leaves the machine it goes on to the next state, where the upgrade is finished.
 */
import assert from 'node:assert/strict';
import { backgroundEnded, inBoot, kernels, statusOf, waitForTrial } from '../agent.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { scenario } from '../scenario.ts';

/** The odd ones are of the kernel for virtual machines. */
const VERSIONS = 7;

/**
 * The vendor's shell lines: a repository in /srv/apt with a folder for each version of a kernel. They are Debian's own packages with
 * fewer modules, so that an emulated guest installs one in three minutes, and their maintainer scripts are the real ones.
 */
const prepare = String.raw`
apt-get -qq update
mkdir -p /tmp/kernels && cd /tmp/kernels
kept='lib/crc|crypto/crc|net/(core|packet|failover)|fs/(ext4|jbd2|mbcache|fat|nls|isofs|fuse|autofs|configfs|efivarfs)'
kept="$kept|drivers/(virtio|cdrom|ptp|pps|watchdog/softdog|char/hw_random|block/virtio|nvme|net/(virtio|net_failover)"
kept="$kept|scsi/(scsi_|sd_|sr_|virtio)|ata/(lib|ata_|ahci))"
releases=$(ls /lib/modules)
for release in $releases; do
  name=linux-image-$release
  apt-get -qq --option APT::Sandbox::User=root download $name
  dpkg-deb --raw-extract $name\_*.deb $name
  rm $name/DEBIAN/md5sums
  find $name/lib/modules/*/kernel -name '*.ko*' | grep -vE "/kernel/($kept)" | xargs rm
  version=$(sed -n 's/^Version: //p' $name/DEBIAN/control)
  case $release in *cloud*) its=$(seq 1 2 ${VERSIONS}) ;; *) its=$(seq 2 2 ${VERSIONS}) ;; esac
  for it in 0 $its; do
    mkdir -p /srv/apt/$it
    sed -i "s/^Version: .*/Version: $version+lab$it/" $name/DEBIAN/control
    dpkg-deb --build -Zgzip -z1 $name /srv/apt/$it/$name.deb > /dev/null
  done
done
cd /srv/apt
for it in *; do
  (cd $it; for deb in *.deb; do
    dpkg-deb --field $deb
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' $deb $(stat --format %s $deb) $(sha256sum $deb | cut -d' ' -f1)
  done > Packages)
done
dpkg --purge linux-image-amd64 linux-image-cloud-amd64
dpkg --install 0/*.deb
apt-mark auto $(ls 0 | sed -n 's/\.deb$//p')
rm -rf 0 /tmp/kernels /etc/apt/sources.list.d/* /var/lib/apt/lists/*
`;

/** As long as it is not there the health of a trial is not told, and it goes on. */
const healthy = '/run/healthy';
const settings = '/etc/enlighten/enlighten.yaml';
const hold = `[Service]\nExecStartPre=/bin/sh -c 'until [ -e ${healthy} ]; do sleep 1; done'\n`;

const image = {
  prepare,
  files: {
    // Nothing is wished for: a kernel is installed, and no trial of it is under way.
    [settings]: 'mode: plan\n',
    '/etc/systemd/system/enlighten-health.service.d/hold.conf': hold,
    '/etc/systemd/system/enlighten-deadline.timer.d/later.conf': '[Timer]\nOnBootSec=\nOnBootSec=2h\n',
  },
};

const installation = 1800;
const apt = 'DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --option DPkg::Lock::Timeout=600';

const publish = (vm: Machine, version: number): Promise<string> =>
  vm.ok(`echo "deb [trusted=yes] file:/srv/apt/${version} ./" > /etc/apt/sources.list; ${apt} update`, limit.agent);

/** How dpkg has them: `ii 6.1.174-1+lab1`, a line each. */
const versions = (vm: Machine): Promise<string> =>
  vm.ok("dpkg --list 'linux-image-*' | awk '!/^un/ && / linux-image-/ { print $1, $3 }'", limit.agent);

/** Where dpkg is killed: while it unpacks, or while a maintainer script builds the initramfs. */
type Moment = 'half-installed' | 'half-configured';

/** dpkg is whole again, and everything is as new as the repository has it. */
const upgraded = async (vm: Machine, version: number): Promise<void> => {
  await publish(vm, version);
  await vm.ok(`dpkg --configure --pending && ${apt} --fix-broken install && ${apt} upgrade`, installation);
  const lines = (await versions(vm)).split('\n');
  assert.deepEqual(
    lines.map(line => line.slice(0, 3)),
    ['ii ', 'ii '],
    lines.join(),
  );
  assert.ok(
    lines.some(line => line.endsWith(`+lab${version}`)),
    lines.join(),
  );
};

/** @param mayGo what autoremove may take */
const aptMeets = async (vm: Machine, version: number, moment: Moment, mayGo: readonly string[] = []): Promise<void> => {
  await upgraded(vm, version);

  const removed = (await vm.ok(`${apt} --simulate autoremove`, limit.agent)).match(/^Remv \S+/gm) ?? [];
  assert.deepEqual(
    removed.filter(line => !mayGo.some(name => line.endsWith(name))),
    [],
  );

  await publish(vm, version + 1);
  const unfinished = `grep -q '^Status: install .* ${moment}$' /var/lib/dpkg/status /var/lib/dpkg/updates/*`;
  await vm.ok(
    [
      `systemd-run --quiet --collect --unit=upgrade sh -c '${apt} upgrade'`,
      `until ${unfinished} 2> /dev/null; do sleep 0.1; done`,
      'systemctl kill --signal=KILL upgrade; sync',
    ].join('\n'),
    installation,
  );
  assert.notEqual(await vm.ok('dpkg --audit', limit.agent), '', 'interrupted');
};

/** An ordinary reboot with dpkg as it was left; the machine comes up. */
const reboot = async (vm: Machine): Promise<string> => {
  await vm.ok('systemctl --no-block reboot');
  const release = await inBoot(vm, vm.console.boots.length + 1);
  await vm.ok('until systemctl --quiet is-active multi-user.target; do sleep 1; done', limit.up);
  return release;
};

const stateOf = async (vm: Machine): Promise<string> => (await statusOf(vm)).trial.state;

const whole = scenario('apt', { tier: 'long', image }, async vm => {
  vm.start();
  const { generic, cloud } = await kernels(vm);
  assert.equal(await inBoot(vm, 1), generic);
  await vm.waitUntilUp();
  assert.equal(await stateOf(vm), 'none');
  await aptMeets(vm, 1, 'half-installed', [`linux-image-${cloud}`]);

  await vm.write(settings, 'reboot: never\n');
  assert.equal(await reboot(vm), generic);
  assert.equal(await stateOf(vm), 'none', 'no trial of what dpkg has not finished');
  await upgraded(vm, 2);
  await backgroundEnded(vm);
  assert.equal((await vm.run('enlighten apply', limit.decision)).code, 5, 'a reboot is needed');
  assert.equal(await stateOf(vm), 'armed');
  await aptMeets(vm, 3, 'half-configured');

  assert.equal(await reboot(vm), cloud, 'the trial');
  assert.equal(await stateOf(vm), 'running');
  await aptMeets(vm, 4, 'half-installed');

  await vm.ok(`touch ${healthy}`);
  await waitForTrial(vm, 'confirmed');
  await aptMeets(vm, 5, 'half-configured');

  assert.equal(await reboot(vm), cloud, 'the default now');
  assert.equal(await stateOf(vm), 'settled');
  await aptMeets(vm, 6, 'half-installed');
  assert.equal(await reboot(vm), cloud);
  assert.equal(await stateOf(vm), 'settled');
});

const unhealthy = '#!/bin/sh\ncase $(uname -r) in *cloud*) exit 3 ;; esac\n';

const back = scenario(
  'apt-rolled-back',
  {
    tier: 'long',
    image: { prepare, files: { '/etc/enlighten/health.d/required.d/10-database': unhealthy } },
  },
  async vm => {
    vm.start();
    const { generic } = await kernels(vm);
    assert.equal(await inBoot(vm, 3), generic, 'tried, and back');
    await vm.waitUntilUp();
    assert.equal(await stateOf(vm), 'rolled-back');
    await aptMeets(vm, 1, 'half-configured');
    assert.equal(await reboot(vm), generic);
    assert.equal(await stateOf(vm), 'rolled-back');
    await upgraded(vm, 2);
    assert.equal(await reboot(vm), generic, 'an upgrade is no reason to try again what was not well');
  },
);

export default [whole, back];
