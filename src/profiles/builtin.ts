import { readFile } from 'node:fs/promises';
import { errno } from '../errors.ts';
import type { Profile } from './schema.ts';

/**
 * The built-in profiles: from `profiles.json` beside the bundle (this program's own file, not the guest's), or compiled from
 * builtin/*.yaml when run from the sources.
 */
export const builtinProfiles = async (): Promise<Profile[]> => {
  try {
    return JSON.parse(await readFile(new URL('profiles.json', import.meta.url), 'utf8')) as Profile[];
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error;
    const { compileBuiltins } = await import('./compile.ts');
    return compileBuiltins();
  }
};
