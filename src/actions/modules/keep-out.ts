/** A module that must not be loaded: a blacklist in /run/modprobe.d, and out with it where nothing uses it. */
import { EnlightenError } from '../../errors.ts';
import type { Guest, Path } from '../../guest/guest.ts';
import type { ModulesStep } from '../../profiles/step.ts';
import type { Action } from '../action.ts';
import { forLoading } from './decision.ts';
import { isBuiltIn, isLoaded, usersOf } from './loaded.ts';
import { blocked, decided } from './standing.ts';

const fileOf = (module: string): Path => `/run/modprobe.d/enlighten-${module}.conf`;
const contentOf = (module: string): string => `# By enlighten, for this boot only.\nblacklist ${module}\n`;

const stateOf = async (guest: Guest, module: string): Promise<'loaded' | 'not loaded'> =>
  (await isLoaded(guest, module)) ? 'loaded' : 'not loaded';

export const keepOut: Action<ModulesStep> = {
  async check(step, guest) {
    const { module } = step;
    const state = await stateOf(guest, module);
    const listed = (await guest.text(fileOf(module))) === contentOf(module).trim();
    if (listed && state === 'not loaded') return { current: 'kept out', state: 'satisfied' };
    if (await isBuiltIn(guest, module)) return blocked(step, 'built in', 'module-builtin');
    const decision = decided(step, state, await forLoading(guest, module));
    if (decision !== null) return decision;
    const users = state === 'loaded' ? await usersOf(guest, module) : null;
    return users === null ? { current: state, state: 'pending' } : blocked(step, state, 'module-in-use', users);
  },

  async apply(step, guest, journal) {
    const { module } = step;
    const before = await stateOf(guest, module);
    await journal.around(step, { path: fileOf(module), before, after: contentOf(module) }, async () => {
      await guest.replace(fileOf(module), contentOf(module));
      if (before === 'not loaded' || !guest.live) return;
      const { exitCode, stderr } = await guest.run('unload-module', [module]);
      if (exitCode !== 0) {
        throw new EnlightenError('tool-failed', { tried: 'unload', on: module, happened: stderr.trim().slice(0, 400) });
      }
    });
  },

  async undo(entry, guest, journal) {
    const module = entry.id.slice('modules:keep-out:'.length);
    await guest.remove(fileOf(module));
    if (entry.before === 'loaded' && guest.live && !(await isLoaded(guest, module))) {
      await guest.run('load-module', [module]);
    }
    await journal.undone(entry);
  },
};
