import assert from 'node:assert/strict';
import { inBoot, kernels, wentBack } from '../agent.ts';
import { scenario } from '../scenario.ts';

/** A workload that comes up on one kernel and not on the other: nothing fails, and multi-user.target is never reached. */
const waiting = `[Unit]
ConditionKernelVersion=*-cloud-*
Before=multi-user.target

[Service]
Type=oneshot
TimeoutStartSec=infinity
ExecStart=/bin/sleep infinity

[Install]
WantedBy=multi-user.target
`;

const soon = '[Timer]\nOnBootSec=\nOnBootSec=3min\n';

export default scenario(
  'trial-deadline',
  {
    tier: 'long',
    image: {
      files: {
        '/etc/systemd/system/waiting.service': waiting,
        '/etc/systemd/system/enlighten-deadline.timer.d/soon.conf': soon,
      },
      prepare: 'systemctl --quiet enable waiting.service',
    },
  },
  async vm => {
    vm.start();
    const { cloud } = await kernels(vm);
    assert.equal(await inBoot(vm, 2), cloud);
    await inBoot(vm, 3);
    await wentBack(vm, 3, 'deadline');
  },
);
