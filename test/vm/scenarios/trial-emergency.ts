import assert from 'node:assert/strict';
import { grubDefault, inBoot, kernels, statusOf } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

/** As a file system that cannot be mounted, on one of the two kernels: local-fs.target fails the same way (systemd.special(7)). */
const broken = `[Unit]
ConditionKernelVersion=*-cloud-*
DefaultDependencies=no
Before=local-fs.target
OnFailure=emergency.target
OnFailureJobMode=replace-irreversibly

[Service]
Type=oneshot
ExecStart=/bin/false

[Install]
RequiredBy=local-fs.target
`;

export default scenario(
  'trial-emergency',
  {
    tier: 'long',
    image: {
      files: { '/etc/systemd/system/broken.service': broken },
      prepare: 'systemctl --quiet enable broken.service',
    },
  },
  async vm => {
    vm.start();
    const { generic, cloud } = await kernels(vm);
    await vm.console.waitFor(/enlighten: the trial ended in an emergency.*rebooting/, limit.decision + limit.reboot);
    assert.equal(vm.console.boots[1], cloud);
    assert.equal(await inBoot(vm, 3), generic, 'nobody was asked for a password');
    assert.equal(await vm.waitUntilUp(), 'running');
    const { trial } = await statusOf(vm);
    assert.equal(trial.state, 'rolled-back');
    assert.ok(['no-userspace', 'unconfirmed-reset'].includes(trial.cause ?? ''), `cause ${trial.cause}`);
    assert.equal(await grubDefault(vm), generic);
    assert.equal(vm.console.boots.length, 3);
  },
);
