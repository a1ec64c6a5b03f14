/** The libraries as the package ships them give what Node gives when it imports them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };
import { libraryBuild } from '../../scripts/build.ts';

const require = createRequire(import.meta.url);

test('what is imported from each library is there in its file, too', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'libraries-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await build({ ...libraryBuild, outdir: folder });
  for (const library of Object.keys(manifest.dependencies)) {
    const own: Record<string, unknown> = await import(library);
    const shipped = require(join(folder, `${library}.cjs`));
    const names = Object.keys(own).filter(name => !['default', 'module.exports'].includes(name));
    assert.deepEqual(
      names.filter(name => !(name in shipped)),
      [],
      library,
    );
    // A default alone is what a CommonJS module itself is.
    if (names.length === 0) assert.deepEqual(Object.keys(shipped), Object.keys(own['default'] as object), library);
  }
});
