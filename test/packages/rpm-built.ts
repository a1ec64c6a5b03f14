/** Packages by the real rpmbuild, and programs that work below a folder instead of on this machine. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshFolder, put } from '../kernel/machine.ts';

interface RpmFields {
  name: string;
  /** `6.5.6`; the release is `300.fc39`. */
  version?: string;
  /** Paths that are taken from the folder as they lie there. */
  files: readonly string[];
  /** Files that only are to be there. */
  ghosts?: readonly string[];
  /** Folders it owns. */
  folders?: readonly string[];
  provides?: readonly string[];
}

/** @returns the path of the built package. */
export const builtRpm = (from: string, fields: RpmFields): string => {
  const { name, version = '6.5.6', files, ghosts = [], folders = [], provides = [] } = fields;
  const build = freshFolder();
  const spec = [
    ...['%define __os_install_post %{nil}', '%define debug_package %{nil}'],
    ...[`Name: ${name}`, `Version: ${version}`, 'Release: 300.fc39', 'Summary: x', 'License: x', 'BuildArch: noarch'],
    ...provides.map(what => `Provides: ${what}`),
    ...['AutoReqProv: no', '%description', 'x', '%install'],
    ...[...files, ...ghosts].map(path => `install -D ${from}${path} %{buildroot}${path}`),
    ...['%files', ...folders.map(path => `%dir ${path}`), ...files, ...ghosts.map(path => `%ghost ${path}`)],
  ];
  put(build, '/x.spec', `${spec.join('\n')}\n`);
  const macros = ['--define', `_topdir ${build}`, '--define', '_binary_payload w1.gzdio'];
  execFileSync('rpmbuild', ['-bb', ...macros, join(build, 'x.spec')], { stdio: 'ignore' });
  return join(build, 'RPMS/noarch', readdirSync(join(build, 'RPMS/noarch'))[0] ?? '');
};

/** While `work` goes on, each of these programs is the real one with more leading arguments. */
export const withPrograms = async <T>(programs: Record<string, string>, work: () => Promise<T>): Promise<T> => {
  const folder = freshFolder();
  for (const [name, leading] of Object.entries(programs))
    writeFileSync(join(folder, name), `#!/bin/sh\nexec /usr/bin/${name} ${leading} "$@"\n`, { mode: 0o755 });
  const { PATH: before = '' } = process.env;
  process.env['PATH'] = `${folder}:${before}`;
  try {
    return await work();
  } finally {
    process.env['PATH'] = before;
  }
};
