/** The unit tests in Node's own runner: a line for each file, and of what failed all there is to know. */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { at } from '../paths.ts';
import type { Count } from './count.ts';

/** Debian programs the tests make their fixtures with, or compare our answers to; by package. */
export const needed: Record<string, string> = {
  '/usr/bin/python3': 'python3',
  '/usr/include/stdlib.h': 'libc6-dev',
  bash: 'bash',
  blkid: 'util-linux',
  busybox: 'busybox',
  bzip2: 'bzip2',
  cpio: 'cpio',
  dash: 'dash',
  dnf: 'dnf',
  'dpkg-deb': 'dpkg',
  findmnt: 'util-linux',
  gcc: 'gcc',
  'grub-editenv': 'grub-common',
  'grub-emu': 'grub-emu',
  'grub-fstest': 'grub-common',
  'grub-script-check': 'grub-common',
  genisoimage: 'genisoimage',
  hv_kvp_daemon: 'hyperv-daemons',
  isoinfo: 'genisoimage',
  mkswap: 'util-linux',
  mkudffs: 'udftools',
  mount: 'mount',
  'qemu-io': 'qemu-utils',
  rpm: 'rpm',
  rpmbuild: 'rpm',
  socat: 'socat',
  'systemd-analyze': 'systemd',
  unshare: 'util-linux',
  'vmware-rpctool': 'open-vm-tools',
  wrudf: 'udftools',
  xmllint: 'libxml2-utils',
  xorriso: 'xorriso',
  xz: 'xz-utils',
  zstd: 'zstd',
  zypper: 'zypper',
};

interface Failure {
  name: string;
  line: number | undefined;
  error: unknown;
}

const story = ({ name, line, error }: Failure): string => `${name}  (line ${line})\n${inspect(error)}`;

const report = (file: string, { passed, failed }: Count, ms: number, failures: Failure[]): void => {
  const took = `${(ms / 1000).toFixed(1)} s`;
  console.log(failed === 0 ? `ok  ${file}  (${passed} tests, ${took})` : `FAILED  ${file}  (${failed} tests, ${took})`);
  for (const failure of failures) console.log(story(failure).replace(/^/gm, '    '));
};

export const runUnitTests = async (): Promise<Count> => {
  const total = { passed: 0, failed: 0 };
  const failures = new Map<string, Failure[]>();
  const files = globSync('test/**/*.test.ts', { cwd: at('.') }).sort();
  const stream = run({ cwd: at('.'), files: files.map(file => at(file)), concurrency: 2 });
  stream.on('test:fail', ({ name, file = '', line, details: { error } }) => {
    // A suite fails with its tests; their own stories are enough.
    if ('failureType' in error && error.failureType === 'subtestsFailed') return;
    failures.set(file, [...(failures.get(file) ?? []), { name, line, error: error.cause ?? error }]);
  });
  // What a test wants to be known of it (`t.diagnostic`); those without a file are the runner's own counts.
  stream.on('test:diagnostic', ({ message, file }) => {
    if (file !== undefined) console.log(`    ${message}`);
  });
  stream.on('test:summary', ({ file, counts, duration_ms }) => {
    if (file === undefined) return;
    const count = { passed: counts.passed, failed: counts.tests - counts.passed - counts.skipped - counts.todo };
    total.passed += count.passed;
    total.failed += count.failed;
    report(relative(at('.'), file), count, duration_ms, failures.get(file) ?? []);
  });
  for await (const _ of stream);
  return total;
};
