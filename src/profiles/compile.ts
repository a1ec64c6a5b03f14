/**
 * The built-in profiles, checked and turned into plain data: the build writes them to `profiles.json`, because parsing YAML at boot
 * would cost more than the rest of a pass. Loads yaml and zod: import it dynamically.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { EnlightenError } from '../errors.ts';
import { readProfile } from './document.ts';
import type { Profile } from './schema.ts';

const folder = new URL('builtin/', import.meta.url);

/** Every file of builtin/, by name. Throws EnlightenError `refused` when one is invalid: a defect of ours, found by the build. */
export const compileBuiltins = (): Profile[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.yaml'))
    .sort()
    .map(name => {
      const { profile, notices } = readProfile(readFileSync(new URL(name, folder), 'utf8'), name);
      if (profile !== null) return profile;
      const happened = notices.map(notice => `${notice.subject}: ${notice.happened}`).join(' ');
      throw new EnlightenError('refused', { tried: 'compile', on: name, happened });
    });
