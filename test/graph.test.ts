/** The way to "nothing changed" loads no library: what is in the module graph, and what Node really loads. (design.md, promise 3) */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { folderWith } from './detect/folder.ts';
import { appliance } from './minimal-appliance.ts';
import { makeDisc } from './ovfenv/fixture.ts';
import { environmentDocument } from './vm/iso.ts';

const checkout = fileURLToPath(new URL('..', import.meta.url));

const graph = async (): Promise<Metafile['inputs']> => {
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: ['src/main.ts'],
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    outdir: 'dist/unused',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  return metafile.inputs;
};

/** Everything a module loads the moment it is loaded itself; import() is followed only when it is called. */
const loadedWith = (inputs: Metafile['inputs'], entry: string): Set<string> => {
  const seen = new Set<string>();
  const follow = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const it of inputs[path]?.imports ?? []) if (it.kind !== 'dynamic-import') follow(it.path);
  };
  follow(entry);
  return seen;
};

const isLibrary = (path: string): boolean => !path.startsWith('src/') && !path.startsWith('node:');

for (const entry of ['main', 'commands/boot', 'commands/detect', 'commands/resources', 'commands/status'].map(
  name => `src/${name}.ts`,
))
  test(`${entry} reaches no library`, async () => {
    const loaded = [...loadedWith(await graph(), entry)];
    assert.ok(loaded.length > 5, `the graph of ${entry} is there`);
    assert.deepEqual(loaded.filter(isLibrary), []);
  });

test('the graph knows libraries: the full pass can reach each of ours', async () => {
  const inputs = await graph();
  const all = Object.values(inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  for (const library of ['yaml', 'zod', 'fast-xml-parser', 'mustache']) assert.ok(all.includes(library), library);
});

/** Tells every module Node resolves, one a line. */
const hooks = `import { registerHooks } from 'node:module';
registerHooks({ resolve(specifier, context, next) {
  const resolved = next(specifier, context);
  process.stderr.write('loads ' + resolved.url + '\\n');
  return resolved;
} });`;

const boot = (root: string): { loaded: string[]; said: string } => {
  const said = execFileSync(
    'sh',
    [
      '-c',
      'exec "$@" 2>&1',
      'sh',
      process.execPath,
      '--import',
      `data:text/javascript,${encodeURIComponent(hooks)}`,
    ].concat(join(checkout, 'src/main.ts'), 'boot', '--verbose', '--root', root),
    { encoding: 'utf8' },
  );
  return {
    said,
    loaded: [...said.matchAll(/^loads (.*)$/gm)]
      .map(([, url = '']) => url)
      .filter(url => url.includes('/node_modules/')),
  };
};

test('a boot in which nothing changed loads no library; the one before it did', t => {
  const document = environmentDocument({ properties: { 'app.colour': 'blue' } });
  const root = folderWith(t, appliance(readFileSync(makeDisc(t, { 'ovf-env.xml': document }))));
  const first = boot(root);
  assert.ok(
    first.loaded.some(url => url.includes('/yaml/')),
    first.said,
  );
  const second = boot(root);
  assert.match(second.said, /unchanged/);
  assert.deepEqual(second.loaded, []);
});
