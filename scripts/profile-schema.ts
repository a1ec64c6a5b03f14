/** Writes schemas/profile.json, the JSON Schema of a profile file, from the very schema the program checks with. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { profileJsonSchema } from '../src/profiles/schema.ts';
import { at, runtime } from './paths.ts';

const file = at('schemas/profile.json');
writeFileSync(file, JSON.stringify(profileJsonSchema()));
execFileSync(runtime, [at('node_modules/@biomejs/biome/bin/biome'), 'format', '--write', file], { cwd: at('.') });
