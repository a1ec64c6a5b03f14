/** Writes the code cache beside the program, in the shipped runtime: V8 refuses one of another version. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, runtime } from './paths.ts';

/** Runs a boot pass on an empty folder first, so that the functions a boot needs are compiled and thereby in the cache. */
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

export const writeCodeCache = (): void => {
  copyFileSync(at('packaging/launcher.cjs'), at('dist/app/enlighten.cjs'));
  const root = mkdtempSync(join(tmpdir(), 'enlighten-cache-'));
  try {
    const env = { LAUNCHER: at('dist/app/enlighten.cjs') };
    execFileSync(runtime, ['-e', WRITER, 'enlighten', 'boot', '--root', root], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
