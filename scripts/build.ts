/**
 * dist/app, what the package ships under /usr/lib/enlighten: our whole program as one minified file, each library as a file of
 * its own that is read only when it is needed, and the built-in profiles as JSON (parsing their YAML costs more than a boot).
 */
import { rmSync, writeFileSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { compileBuiltins } from '../src/profiles/compile.ts';
import { writeCodeCache } from './code-cache.ts';
import { at } from './paths.ts';

const libraries = Object.keys(manifest.dependencies);

const common: BuildOptions = {
  absWorkingDir: at('.'),
  bundle: true,
  minify: true,
  // CommonJS: it starts faster than an ES module and can carry V8's code cache (vm.Script).
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  // The program runs in a vm.Script, which knows require but not import().
  supported: { 'dynamic-import': false },
  banner: { js: "const importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
  define: { ENLIGHTEN_VERSION: JSON.stringify(manifest.version), 'import.meta.url': 'importMetaUrl' },
  legalComments: 'none',
  logLevel: 'warning',
};

/** `import('yaml')` becomes `require('./lib/yaml.cjs')`. */
const librariesBeside: Plugin = {
  name: 'libraries-beside',
  setup({ onResolve }) {
    const filter = new RegExp(`^(${libraries.join('|')})$`);
    onResolve({ filter }, ({ path }) => ({ path: `./lib/${path}.cjs`, external: true }));
  },
};

/** To Node, a CommonJS module is its own default export; a library that has nothing but a default (mustache) must be that. */
const DEFAULT_ALONE = "if(Object.keys(module.exports).join()==='default')module.exports=module.exports.default;";

/** Each library as a file of its own, but for where it goes. */
export const libraryBuild: BuildOptions = {
  ...common,
  entryPoints: libraries,
  outExtension: { '.js': '.cjs' },
  footer: { js: DEFAULT_ALONE },
};

export const buildApp = async (): Promise<void> => {
  rmSync(at('dist/app'), { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: { program: 'src/main.ts' },
    outdir: 'dist/app',
    outExtension: { '.js': '.cjs' },
    plugins: [librariesBeside],
  });
  await build({ ...libraryBuild, outdir: 'dist/app/lib' });
  writeFileSync(at('dist/app/profiles.json'), JSON.stringify(compileBuiltins()));
  writeCodeCache();
};

if (import.meta.main) await buildApp();
