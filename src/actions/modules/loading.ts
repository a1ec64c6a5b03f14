/** A module that should be loaded; udev loads nearly all of them by itself, and then there is nothing to do. What it does not load is loaded, now and at every boot. */
import { EnlightenError } from '../../errors.ts';
import type { Ran } from '../../guest/guest.ts';
import type { ModulesStep } from '../../profiles/step.ts';
import type { Action } from '../action.ts';
import { AT_BOOT, loadAtBoot, loadNoMore } from './at-boot.ts';
import { againstLoading } from './decision.ts';
import { isBuiltIn, isLoaded, usersOf } from './loaded.ts';
import { blocked, decided } from './standing.ts';

const NOT_LOADED = 'not loaded';

/** ENODEV and EOPNOTSUPP in the C library's words, which kmod does not translate: the module looked, and found nothing to drive. */
const nothingToDrive = ({ exitCode, stderr }: Ran): string | null =>
  exitCode === 0 ? null : (/No such device|Operation not supported/.exec(stderr)?.[0] ?? null);

const failed = (tried: string, module: string, { stdout, stderr }: Ran): EnlightenError =>
  new EnlightenError('tool-failed', { tried, on: module, happened: (stderr || stdout).trim().slice(0, 400) });

export const loading = (): Action<ModulesStep> => {
  const refused = new Map<string, string>();
  return {
    async check(step, guest) {
      const { module, id } = step;
      if (await isLoaded(guest, module)) return { current: 'loaded', state: 'satisfied' };
      if (await isBuiltIn(guest, module)) return { current: 'built in', state: 'satisfied' };
      const decision = decided(step, NOT_LOADED, await againstLoading(guest, module));
      if (decision !== null) return decision;
      const disabled = await guest.text('/proc/sys/kernel/modules_disabled');
      if (disabled === '1') return blocked(step, NOT_LOADED, 'modules-disabled', disabled);
      const why = refused.get(id);
      return why === undefined
        ? { current: NOT_LOADED, state: 'pending' }
        : blocked(step, NOT_LOADED, 'module-refused', why);
    },

    async apply(step, guest, journal) {
      // A folder has no kernel that could load anything.
      if (!guest.live) return;
      const { module, id } = step;
      const change = { path: AT_BOOT, before: NOT_LOADED, after: 'loaded' };
      await journal.around(step, change, async () => {
        const ran = await guest.run('load-module', [module]);
        const nothing = nothingToDrive(ran);
        if (nothing !== null) refused.set(id, nothing);
        else if (!(await isLoaded(guest, module))) throw failed('load', module, ran);
        else await loadAtBoot(guest, module);
      });
      const entry = refused.has(id) && (await journal.entries()).find(each => each.id === id);
      if (entry) await journal.undone(entry);
    },

    async undo(entry, guest, journal) {
      const module = entry.id.slice('modules:load:'.length);
      await loadNoMore(guest, module);
      if (await isLoaded(guest, module)) {
        const users = await usersOf(guest, module);
        if (users !== null) {
          // Nothing of it lasts any more.
          await journal.undone(entry);
          const happened = `it is in use (${users}) and stays until the next reboot, which does not load it again`;
          throw new EnlightenError('not-here', { tried: 'unload', on: module, happened });
        }
        const ran = await guest.run('unload-module', [module]);
        if (ran.exitCode !== 0) throw failed('unload', module, ran);
      }
      await journal.undone(entry);
    },
  };
};
