/**
 * Xen: the memory the toolstack wants the guest to have, and may let it have: `memory/target` and `memory/static-max` in xenstore
 * (docs/misc/xenstore-paths.pandoc), the target also in sysfs, where the balloon driver shows the one it works towards (drivers/xen/xen-balloon.c). All in KiB.
 */
import { EnlightenError } from '../errors.ts';
import { resourceNotice } from '../notices/resources.ts';
import { withXenstore } from '../ovfenv/xenstore/store.ts';
import type { Answer, ResourceName, Source, Told } from './resource.ts';

const TARGET = '/sys/devices/system/xen_memory/xen_memory0/target_kb';
const nodes: readonly [node: string, name: ResourceName][] = [
  ['memory/target', 'memoryTarget'],
  ['memory/static-max', 'memoryMaximum'],
];

/** Bytes of a number of KiB as text; null for what is none. */
export const kibibytesIn = (text: string): number | null => {
  const kibibytes = /^\d{1,12}$/.exec(text.trim())?.[0];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
};

const fromStore = async ({ guest }: Parameters<Source>[0]): Promise<Answer> => {
  try {
    const told = await withXenstore(guest, async store => {
      const found: Told[] = [];
      for (const [node, name] of nodes) {
        const value = kibibytesIn((await store.read(node))?.toString('latin1') ?? '');
        if (value !== null) found.push({ name, value, source: `xenstore ${node}` });
      }
      return found;
    });
    return { told: told ?? [], notices: [] };
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    return { told: [], notices: [resourceNotice('resources-no-answer', 'xenstore', error.message)] };
  }
};

export const xen: Source = async ground => {
  if (ground.detection.hypervisor !== 'xen') return { told: [], notices: [] };
  const { told, notices } = await fromStore(ground);
  const target = kibibytesIn((await ground.guest.text(TARGET)) ?? '');
  const here: Told[] = target === null ? [] : [{ name: 'memoryTarget', value: target, source: TARGET }];
  return { told: [...told, ...here], notices };
};
