import type { Appliance } from './image/appliance.ts';

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

/** An image with it, whose trials are given three minutes. */
export const stuck: Pick<Appliance, 'files' | 'prepare'> = {
  files: {
    '/etc/systemd/system/waiting.service': waiting,
    '/etc/systemd/system/enlighten-deadline.timer.d/soon.conf': '[Timer]\nOnBootSec=\nOnBootSec=3min\n',
  },
  prepare: 'systemctl --quiet enable waiting.service',
};
