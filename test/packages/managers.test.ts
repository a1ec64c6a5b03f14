/** What the table of package managers says of dnf, zypper and rpm, done by the real ones in a folder: kernels beside each other, then one goes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { runTool, type Tool } from '../../src/guest/tools.ts';
import { freshFolder, put } from '../kernel/machine.ts';
import { builtRpm, withPrograms } from './rpm-built.ts';

/** How each is told to work below a folder, with the database where Debian's build of RPM has it. */
const below: Record<string, (root: string) => string> = {
  dnf: root => `--installroot '${root}' --releasever 39 --setopt=cachedir=/tmp/cache`,
  zypper: root => `--root '${root}'`,
  rpm: root => `--root '${root}'`,
};

/** By these Fedora's and SUSE's kernels say that several may be there at once. */
const provides = ['installonlypkg(kernel)', 'multiversion(kernel)'];
const kernelOf = (from: string, version: string): string => {
  const files = [`/boot/vmlinuz-${version}`, `/lib/modules/${version}/modules.dep`];
  for (const path of files) put(from, path, version);
  return builtRpm(from, { name: 'kernel-core', version, files, provides });
};
const kernels = (root: string): string[] =>
  execFileSync('rpm', ['--root', root, '--query', '--queryformat', '%{version}\\n', 'kernel-core'], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .sort();

const succeeds = async (tool: Tool, args: readonly string[]): Promise<void> => {
  const ran = await runTool(tool, args);
  assert.equal(ran?.exitCode, 0, `${tool}: ${ran?.stdout}${ran?.stderr}`);
};

const skip = process.getuid?.() === 0 ? false : 'package managers need root';

for (const manager of ['dnf', 'zypper'] as const) {
  test(`${manager}: a package file without the network, a newer kernel beside it, and one removed`, {
    skip,
  }, async () => {
    const root = freshFolder();
    // As SUSE ships it.
    put(root, '/etc/zypp/zypp.conf', '[main]\nmultiversion = provides:multiversion(kernel)\n');
    put(root, '/etc/dnf/dnf.conf', '[main]\ninstallonly_limit=2\n');
    put(root, '/tmp/cache/.keep', '');
    execFileSync('rpm', ['--root', root, '--initdb']);
    const from = freshFolder();
    const programs = Object.fromEntries([manager, 'rpm'].map(name => [name, below[name]?.(root) ?? '']));
    await withPrograms(programs, async () => {
      for (const version of ['6.5.1', '6.5.2', '6.5.3'])
        await succeeds(`${manager}-install`, [kernelOf(from, version)]);
      assert.deepEqual(kernels(root), ['6.5.1', '6.5.2', '6.5.3'], 'none made room for another');
      await succeeds('rpm-remove', ['kernel-core-6.5.1-300.fc39']);
      assert.deepEqual(kernels(root), ['6.5.2', '6.5.3']);
    });
  });
}
