import assert from 'node:assert/strict';
import { inBoot, kernels, wentBack, wordless } from '../agent.ts';
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
    const { cloud } = await kernels(vm);
    await vm.console.waitFor(/enlighten: the trial ended in an emergency.*rebooting/, limit.decision + limit.reboot);
    assert.equal(vm.console.boots[1], cloud);
    await inBoot(vm, 3);
    await wentBack(vm, 3, ...wordless);
  },
);
