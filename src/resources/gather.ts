/** Everything that is told, and what follows from it. */
import type { Detection } from '../detect/detection.ts';
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { cgroup } from './cgroup.ts';
import { type Effective, effective } from './effective.ts';
import { hyperv } from './hyperv.ts';
import { memory } from './memory.ts';
import { type Node, numaNodes } from './numa.ts';
import { processors } from './processors.ts';
import { type Ground, type Resources, resourcesOf, type Source, type Told, type Viewpoint } from './resource.ts';
import { steal } from './steal.ts';
import { vmware } from './vmware.ts';
import { xen } from './xen.ts';

/** The hypervisor's own word; it may have to be asked for with a program, or wait for an answer. */
const fromHypervisor: readonly Source[] = [vmware, xen, hyperv];
/** Files of the kernel, read at every boot. */
const fromKernel: readonly Source[] = [processors, memory, steal, cgroup];

const ask = async (sources: readonly Source[], ground: Ground): Promise<{ told: Told[]; notices: Notice[] }> => {
  const answers: Awaited<ReturnType<Source>>[] = [];
  for (const source of sources) answers.push(await source(ground));
  return { told: answers.flatMap(({ told }) => told), notices: answers.flatMap(({ notices }) => notices) };
};

export interface Gathered {
  resources: Resources;
  nodes: Node[];
  effective: Effective;
  /** What the hypervisor told: what a boot in which nothing changed need not ask for again. */
  told: Told[];
  notices: Notice[];
}

/**
 * @param viewpoint whose limits: the caller's, or those of the services of this machine
 * @param known what the hypervisor told before, instead of asking it: then no program is run and nobody is waited for
 */
export const gatherResources = async (
  guest: Guest,
  detection: Detection,
  viewpoint: Viewpoint,
  known: readonly Told[] | null = null,
): Promise<Gathered> => {
  const ground: Ground = { guest, detection, viewpoint };
  const hypervisors = known === null ? await ask(fromHypervisor, ground) : { told: [...known], notices: [] };
  const kernels = await ask(fromKernel, ground);
  const resources = resourcesOf([...hypervisors.told, ...kernels.told]);
  return {
    resources,
    nodes: await numaNodes(guest),
    effective: effective(resources, detection.hypervisor),
    told: hypervisors.told,
    notices: [...hypervisors.notices, ...kernels.notices],
  };
};
