/**
 * `npm run bench`: what the agent costs next to Node doing nothing (`node -e 0`) and next to others who answer the same questions.
 * The package's own tree and runtime are measured: a boot on a sealed appliance in a folder (so no tool of the guest is run),
 * detection on this very machine, documents as files. Asserts nothing. Words choose parts: `npm run bench -- detection documents`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { makeDocument } from '../src/ovfenv/make/document.ts';
import { folderWith } from '../test/detect/folder.ts';
import { appliance } from '../test/minimal-appliance.ts';
import { large, refused } from '../test/ovfenv/hostile.ts';
import { base } from '../test/vm/image/base.ts';
import { environmentIso } from '../test/vm/iso.ts';
import { type Command, clean, compare, needed as measuring } from './bench/measure.ts';
import { detectors, documentIn, parsers, needed as peers } from './bench/peers.ts';
import { buildDeb, shippedRuntime, stage } from './deb.ts';
import { installMissing } from './debian.ts';
import { at } from './paths.ts';

const ROUNDS = 15;
/** There are many of them, and their ratios are large. */
const HOSTILE_ROUNDS = 3;

installMissing({
  ...measuring,
  ...peers,
  xorriso: 'xorriso',
  lsinitramfs: 'initramfs-tools-core',
  mmdebstrap: 'mmdebstrap',
});
await buildDeb();
const scratch = mkdtempSync(join(tmpdir(), 'enlighten-bench-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const node = join(stage, shippedRuntime);
const enlighten = (...args: string[]): Command => [node, join(stage, 'usr/lib/enlighten/enlighten.cjs'), ...args];
const nothing = 'node -e 0';
const idle: Record<string, Command> = { [nothing]: [node, '-e', '0'] };

const written = (name: string, document: string | Buffer): string => {
  const file = documentIn(scratch, name);
  writeFileSync(file, document);
  return file;
};
const shown = (file: string): Command => enlighten('env', 'show', '--json', '--file', file);

const boots = async (): Promise<void> => {
  const disc = readFileSync(await environmentIso(scratch, { properties: { 'app.colour': 'blue' } }));
  const root = folderWith({ after: undo => process.once('exit', undo) }, appliance(disc));
  clean('"$@" 2>&1', enlighten('boot', '--root', root));
  const last = clean('"$@" 2>&1', enlighten('boot', '--verbose', '--root', root));
  if (!last.includes('unchanged')) throw new Error(`the second boot was not unchanged:\n${last}`);
  const commands = {
    ...idle,
    'boot, nothing changed': enlighten('boot', '--root', root),
    'plan (the full pass up to the plan)': enlighten('plan', '--json', '--root', root),
    detect: enlighten('detect', '--json', '--root', root),
  };
  compare({ title: 'A boot', commands, base: nothing, rounds: ROUNDS });
};

const detection = (): void => {
  const ours = 'enlighten detect';
  const commands = { [ours]: enlighten('detect', '--json'), ...detectors, ...idle };
  compare({ title: 'Where am I, on this machine', commands, base: ours, rounds: ROUNDS });
};

/** 3 KB, as vSphere's documents are, and one of the largest that is read. */
const documents = (): void => {
  const properties = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`app.key${at}`, 'v'.repeat(60)]));
  for (const [name, count] of Object.entries({ '3 KB': 25, '1 MB': 9_500 })) {
    const file = written(name, makeDocument({ id: 'vm', properties: properties(count), peers: [] }));
    const ours = 'enlighten env show';
    const commands = { [ours]: shown(file), ...parsers(file), ...idle };
    compare({ title: `A document of ${name}, ${count} properties`, commands, base: ours, rounds: ROUNDS });
  }
};

const hostile = (): void => {
  const files = Object.entries({ ...refused, ...large }).map(([name, build]) => [name, shown(written(name, build()))]);
  const commands = { ...idle, ...Object.fromEntries(files) };
  compare({ title: 'Documents made to cost time or memory', commands, base: nothing, rounds: HOSTILE_ROUNDS });
};

/** Debian's own kernels, from the lab's tree: the proof's walk beside initramfs-tools' own, on the same file; and what a kernel takes. */
const initramfs = async (): Promise<void> => {
  const { tree } = await base();
  const walk = join(scratch, 'walk.mjs');
  await build({
    entryPoints: [at('scripts/bench/walk.ts')],
    outfile: walk,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  for (const release of readdirSync(join(tree, 'lib/modules'))) {
    const file = `/boot/initrd.img-${release}`;
    const ours = 'the proof';
    const commands = {
      [ours]: [node, walk, tree, file],
      lsinitramfs: ['lsinitramfs', tree + file],
      unmkinitramfs: ['unmkinitramfs', tree + file, join(scratch, 'unpacked')],
      ...idle,
    };
    compare({ title: `The initramfs of ${release}`, commands, base: ours, rounds: 5 });
    const taken = ['boot/vmlinuz-', 'boot/initrd.img-', 'lib/modules/'].map(path => join(tree, path + release));
    const sizes = execFileSync('du', ['--apparent-size', '--summarize', '--block-size=MiB', ...taken], {
      encoding: 'utf8',
    });
    console.log(sizes.replaceAll(tree, ''));
  }
};

const parts: Record<string, () => void | Promise<void>> = { boots, detection, documents, hostile, initramfs };
const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await part();
