/** Processors that run, and those of them on which a process may. */
import { numbersIn } from './cpulist.ts';
import type { Source, Told, Viewpoint } from './resource.ts';

const ONLINE = '/sys/devices/system/cpu/online';

/** Services inherit the first process's affinity (sched_setaffinity(2)); cpusets are already taken off it (cpuset(7)). */
const STATUS: Record<Viewpoint, string> = { caller: '/proc/self/status', services: '/proc/1/status' };

export const processors: Source = async ({ guest, viewpoint }) => {
  const online = numbersIn((await guest.text(ONLINE)) ?? '');
  const status = (await guest.text(STATUS[viewpoint])) ?? '';
  const allowed = numbersIn(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '');
  const told: Told[] = [];
  if (online !== null) told.push({ name: 'cpusOnline', value: online.length, source: ONLINE });
  if (allowed !== null) {
    // The mask may name processors that are not there: a fresh process's names all that could ever be.
    const both = allowed.filter(number => online?.includes(number) ?? true);
    if (both.length > 0)
      told.push({ name: 'cpusAllowed', value: both.length, source: `${STATUS[viewpoint]}:Cpus_allowed_list` });
  }
  return { told, notices: [] };
};
