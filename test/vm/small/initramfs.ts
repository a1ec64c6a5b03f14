import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { base } from '../image/base.ts';
import { cached } from '../image/cache.ts';
import { addFiles, type Files } from '../image/laid.ts';
import { rootTree, type Tree } from '../image/tree.ts';
import { type Outfit, type OutfitName, outfits } from './outfits.ts';

/**
 * A small machine is a kernel of the base tree and an initramfs that nothing follows: our package as it is shipped, the detectors we
 * stand beside, drivers, and a shell. It is up in seconds, where a whole Debian takes the better part of a minute.
 */
export interface Small {
  /** What it carries besides the stock. */
  with?: OutfitName[];
  /** Files laid on top, as path → content; see ../image/laid.ts. */
  files?: Files;
  /** Default generic, which has every driver. */
  kernel?: 'generic' | 'cloud';
  /** False is one without our package. */
  agent?: boolean;
}

/** Files for `-kernel` and `-initrd`. */
export interface Bootable {
  kernel: string;
  initramfs: string;
}

/** Xen itself, for a machine that carries its tools: it is started first, and starts the kernel. Unpacked, as QEMU wants it. */
export const hypervisorBeside = (initramfs: string): string => join(dirname(initramfs), 'xen');
const packedHypervisor = 'boot/xen-4.17-amd64.gz';

const here = import.meta.dirname;
const shellScript = join(here, '../image/files/usr/local/lib/lab/shell');

export async function buildSmall(small: Small, deb: string | null): Promise<Bootable> {
  const on = await base();
  const worn: Outfit[] = [outfits.stock, ...(small.with ?? []).map(name => outfits[name])];
  const every = Object.values<Outfit>(outfits).flatMap(it => it.packages);
  const tools = await rootTree('tree for small machines', 'bookworm', [...new Set(every)].sort());
  const trees: Tree[] = [];
  for (const { appliance } of worn) trees.push(appliance === undefined ? tools : await base(appliance));
  const release = await releaseOf(on.tree, small.kernel ?? 'generic');
  const carried = small.agent === false ? null : deb;
  const folder = await cached({
    kind: 'small',
    what: `initramfs${small.with ? ` with ${small.with.join(', ')}` : ''}`,
    from: [
      on.key,
      ...trees.map(({ key }) => key),
      release,
      JSON.stringify([worn, small.files]),
      ...(await ownSource()),
      ...(carried === null ? [] : [await readFile(carried)]),
    ],
    build: async folder => {
      const stage = join(folder, 'stage');
      await layOut(stage);
      for (const [at, { tree }] of trees.entries()) {
        await copyFrom(tree, stage, worn[at]?.programs ?? [], worn[at]?.folders ?? []);
      }
      await copyModules(
        on.tree,
        stage,
        release,
        worn.flatMap(it => it.modules),
      );
      if (carried !== null) await execa('dpkg-deb', ['--extract', carried, stage]);
      if (small.with?.includes('xen')) {
        const xen = gunzipSync(await readFile(join(tools.tree, packedHypervisor)));
        await writeFile(hypervisorBeside(initramfsIn(folder)), xen);
      }
      await addFiles(stage, small.files ?? {});
      await pack(stage, initramfsIn(folder));
      await rm(stage, { recursive: true });
    },
  });
  return { kernel: join(on.tree, 'boot', `vmlinuz-${release}`), initramfs: initramfsIn(folder) };
}

const initramfsIn = (folder: string) => join(folder, 'initramfs.cpio');

async function releaseOf(tree: string, flavour: 'generic' | 'cloud'): Promise<string> {
  const releases = await readdir(join(tree, 'usr/lib/modules'));
  const release = releases.find(it => it.includes('-cloud-') === (flavour === 'cloud'));
  if (release === undefined) throw new Error(`no ${flavour} kernel among ${releases}`);
  return release;
}

/** Directories merged below /usr, as in Debian, and the lab's own files. */
async function layOut(stage: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(stage, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(stage, name));
  }
  await mkdir(join(stage, 'root'), { mode: 0o700 });
  await cp(join(here, 'files'), stage, { recursive: true });
  await cp(shellScript, join(stage, 'usr/local/lib/lab/shell'));
  for (const name of ['modprobe', 'lsmod', 'modinfo']) await symlink('/bin/kmod', join(stage, 'sbin', name));
  await symlink('dash', join(stage, 'bin/sh'));
}

/** Programs with their shared libraries, as the tree's own dynamic linker finds them. */
async function copyFrom(tree: string, stage: string, programs: string[], folders: string[]): Promise<void> {
  const { stdout } = await execa('chroot', [tree, 'ldd', ...programs], { reject: false }); // exit 1: a script is none of its business
  const libraries = [...stdout.matchAll(/^\t(?:\S+ => )?(\/\S+) \(/gm)].map(([, path = '']) => path);
  const paths = [...new Set([...programs, ...libraries])];
  for (const path of paths) {
    await mkdir(dirname(join(stage, path)), { recursive: true });
    await execa('cp', ['--dereference', '--preserve=mode', join(tree, path), join(stage, path)]);
  }
  for (const path of folders) {
    await mkdir(dirname(join(stage, path)), { recursive: true });
    await execa('cp', ['--archive', join(tree, path), dirname(join(stage, path))]);
  }
}

/** The kernel's own lists come along whole, so that modprobe knows every name; the files only where they are asked for. */
async function copyModules(tree: string, stage: string, release: string, names: string[]): Promise<void> {
  const from = join(tree, 'usr/lib/modules', release);
  const to = join(stage, 'usr/lib/modules', release);
  await mkdir(to, { recursive: true });
  for (const list of (await readdir(from)).filter(name => name.startsWith('modules.')))
    await cp(join(from, list), join(to, list));
  for (const path of needed(await readFile(join(from, 'modules.dep'), 'utf8'), names)) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(from, path), join(to, path));
  }
}

/** The files of these modules and of what they depend on (depmod(8): `FILE: DEPENDENCY…`). Names that are built in have none. */
function needed(dependencies: string, names: string[]): string[] {
  const plain = (name: string) => name.replaceAll('-', '_');
  const wanted = new Set(names.map(plain));
  const lines = dependencies.split('\n').map(line =>
    line
      .split(/:? /)
      .filter(Boolean)
      .map(path => path.replace(/:$/, '')),
  );
  const chosen = lines.filter(([file = '']) => wanted.has(plain(/([^/]+)\.ko$/.exec(file)?.[1] ?? '')));
  return [...new Set(chosen.flat())];
}

/** Not compressed: QEMU hands it over in one piece, and an emulated processor would spend seconds on unpacking. */
async function pack(stage: string, file: string): Promise<void> {
  const script =
    'cd "$1" && find . -print0 | LC_ALL=C sort -z | cpio --null --quiet --create --format=newc --owner=0:0 > "$2"';
  await execa('sh', ['-eu', '-c', script, 'sh', stage, file]);
}

async function ownSource(): Promise<Buffer[]> {
  const entries = await readdir(here, { recursive: true, withFileTypes: true });
  const files = entries.filter(it => it.isFile()).map(it => join(it.parentPath, it.name));
  return Promise.all([...files.sort(), shellScript].map(path => readFile(path)));
}
