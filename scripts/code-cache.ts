/** Writes the code cache beside the program, in the shipped runtime: V8 refuses one of another version. */
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { folderWith } from '../test/detect/folder.ts';
import { appliance } from '../test/minimal-appliance.ts';
import { at, runtime } from './paths.ts';

/** Runs a boot pass first, so that the functions it needs are compiled and thereby in the cache. */
const WRITER = `
const { script, source } = require(process.env.LAUNCHER);
process.once('beforeExit', () => {
  const { crc32 } = require('node:zlib');
  const data = script.createCachedData();
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data));
  const file = require('node:path').dirname(process.env.LAUNCHER) + '/program-' + crc32(source).toString(16) + '.cache';
  require('node:fs').writeFileSync(file, Buffer.concat([sum, data]));
});`;

/** What nearly every boot does: nothing has changed since the last one. */
export const writeCodeCache = (): void => {
  const launcher = at('dist/app/enlighten.cjs');
  copyFileSync(at('packaging/launcher.cjs'), launcher);
  const root = folderWith({ after: undo => process.once('exit', undo) }, appliance(Buffer.alloc(0)));
  const boot = ['boot', '--root', root];
  execFileSync(runtime, [launcher, ...boot], { stdio: ['ignore', 'ignore', 'ignore'] });
  execFileSync(runtime, ['-e', WRITER, 'enlighten', ...boot], {
    env: { LAUNCHER: launcher },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
};
