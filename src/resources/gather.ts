/** Everything that is told, and what follows from it. */
import type { Detection } from '../detect/detection.ts';
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { cgroup } from './cgroup.ts';
import { type Effective, effective } from './effective.ts';
import { memory } from './memory.ts';
import { type Node, numaNodes } from './numa.ts';
import { processors } from './processors.ts';
import { type Answer, askAll, type Resources, resourcesOf, type Source, type Viewpoint } from './resource.ts';
import { steal } from './steal.ts';

/** Files of the kernel, read at every boot: no program is run, and nobody is waited for. */
const sources: readonly Source[] = [processors, memory, steal, cgroup];

export interface Gathered {
  resources: Resources;
  nodes: Node[];
  effective: Effective;
  notices: Notice[];
}

/**
 * @param viewpoint whose limits: the caller's, or those of the services of this machine
 * @param hypervisor its own word, asked for just now or remembered (hypervisor.ts)
 */
export const gatherResources = async (
  guest: Guest,
  detection: Detection,
  viewpoint: Viewpoint,
  hypervisor: Answer,
): Promise<Gathered> => {
  const { told, notices } = await askAll(sources, { guest, detection, viewpoint });
  const resources = resourcesOf([...hypervisor.told, ...told]);
  return {
    resources,
    nodes: await numaNodes(guest),
    effective: effective(resources, detection.hypervisor),
    notices: [...hypervisor.notices, ...notices],
  };
};
