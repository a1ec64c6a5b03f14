/**
 * The hypervisor's own word. A program may have to be run for it, or an answer waited for: a boot in which nothing changed builds on what
 * was told before.
 */
import { hyperv } from './hyperv.ts';
import { type Answer, askAll, type Ground } from './resource.ts';
import { vmware } from './vmware.ts';
import { xen } from './xen.ts';

export const askHypervisor = (ground: Ground): Promise<Answer> => askAll([vmware, xen, hyperv], ground);
