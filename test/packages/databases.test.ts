/** Kernels of RPM and apk are proven by what those list of them: a real RPM database, and apk's as its source writes it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { openGuest } from '../../src/guest/open.ts';
import { runTool } from '../../src/guest/tools.ts';
import { proofs } from '../../src/kernel/proof/index.ts';
import { parseInstalled } from '../../src/packages/databases/apk.ts';
import { databaseOf } from '../../src/packages/databases/index.ts';
import { parseFiles } from '../../src/packages/databases/rpm.ts';
import { freshFolder, IMAGE, MODULES, machine, put, RELEASE, subjectOf } from '../kernel/machine.ts';
import { builtRpm, withPrograms } from './rpm-built.ts';

const later = { deadline: Number.POSITIVE_INFINITY };
const modulesIn = (root: string): string[] =>
  readdirSync(root + MODULES, { recursive: true, encoding: 'utf8' })
    .map(name => `${MODULES}/${name}`)
    .filter(path => path.endsWith('.ko'))
    .sort();

/** The machine of the other proofs, whose packages dpkg knows nothing of. */
const foreign = (): string => {
  const root = machine();
  rmSync(`${root}/var/lib/dpkg`, { recursive: true });
  return root;
};
const changed = (root: string, path: string): void => put(root, path, `${readFileSync(root + path, 'latin1')}.`);

// apk

type Digest = (bytes: Buffer) => string;
const sha1: Digest = bytes => `Q1${createHash('sha1').update(bytes).digest('base64')}`;
const sha256: Digest = bytes => `Q2${createHash('sha256').update(bytes).digest('base64')}`;
const truncated: Digest = bytes =>
  `Q1${createHash('sha256').update(bytes).digest().subarray(0, 20).toString('base64')}`;

const alpine = (digest: Digest, flags = ''): string => {
  const root = foreign();
  const lines = ['C:Q1abc', 'P:linux-virt', 'V:6.6.30-r0', ...(flags === '' ? [] : [`f:${flags}`])];
  for (const path of [IMAGE, ...modulesIn(root)]) {
    const at = path.lastIndexOf('/');
    lines.push(`F:${path.slice(1, at)}`, `R:${path.slice(at + 1)}`, `Z:${digest(readFileSync(root + path))}`);
  }
  put(root, '/lib/apk/db/installed', `P:musl\nF:lib\nR:ld-musl-x86_64.so.1\n\n${lines.join('\n')}\n\n`);
  return root;
};

const verdict = async (root: string): Promise<string> => {
  const { blocked } = await proofs(subjectOf(root), later);
  return blocked === null ? 'proven' : `${blocked.code} ${blocked.subject}`;
};

test('apk: a kernel is proven by each kind of digest, and a changed file is found', async () => {
  for (const [digest, flags] of [
    [sha1, ''],
    [sha256, ''],
    [truncated, 'S'],
  ] as const) {
    const root = alpine(digest, flags);
    assert.equal(await verdict(root), 'proven');
    changed(root, IMAGE);
    assert.equal(await verdict(root), `digest-differs ${IMAGE}`);
  }
});

test('apk: half done', async () => {
  assert.equal(await verdict(alpine(sha1, 's')), 'packages-unfinished linux-virt');
  assert.equal(await verdict(alpine(sha1, 'f')), 'packages-unfinished linux-virt');
  const root = alpine(sha1);
  put(root, '/lib/apk/db/installed.new', '');
  assert.equal(await verdict(root), 'packages-unfinished /lib/apk/db/installed.new');
});

test('apk: a kernel that its packages do not list', async () => {
  const root = alpine(sha1);
  put(root, '/lib/apk/db/installed', 'P:linux-lts\nF:boot\nR:vmlinuz-lts\nZ:Q1\n');
  assert.equal(await verdict(root), `digests-unknown ${RELEASE}`);
});

test('any text is read as apk’s list, and as RPM’s', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('P:linux-virt', 'F:boot', 'R:x', 'Z:Q1', 'Z:Q1!!', 'f:S', '', 'Z', 'a\t8\t00\t/x', '\t\t\t'),
  );
  fc.assert(
    fc.property(fc.array(line), lines => {
      for (const { digest } of [
        ...parseInstalled(lines.join('\n')).flatMap(({ files }) => files),
        ...parseFiles(lines.join('\n')),
      ])
        assert.match(digest, /^[0-9a-f]{32,64}$/);
    }),
  );
});

// RPM

/** Installs a package of these files with the real rpm; its database is below the folder. */
const installRpm = (root: string, name: string, files: readonly string[], ghosts: readonly string[] = []): void => {
  const folders = files.some(path => path.startsWith(MODULES)) ? [MODULES] : [];
  const built = builtRpm(root, { name, files, ghosts, folders });
  const how = ['--nodeps', '--noscripts', '--replacefiles', '--ignorearch'];
  execFileSync('rpm', ['--root', root, '--dbpath', '/var/lib/rpm', '--install', ...how, built], { stdio: 'ignore' });
};

/** The verdict where rpm answers for this folder, started as on a machine. */
const verdictByRpm = (root: string): Promise<string> =>
  withPrograms({ rpm: `--root '${root}' --dbpath /var/lib/rpm` }, async () => {
    const { blocked } = await proofs({ ...subjectOf(root), guest: { ...openGuest(root), query: runTool } }, later);
    return blocked === null ? 'proven' : `${blocked.code} ${blocked.subject}`;
  });

const skip = process.getuid?.() === 0 ? false : 'rpm --root needs root';

test('RPM: image and modules of two packages; a changed file, and a kernel of no package', { skip }, async () => {
  const root = foreign();
  const modules = modulesIn(root);
  installRpm(root, 'kernel-core', [IMAGE, ...modules.slice(0, 5)]);
  installRpm(root, 'kernel-modules', modules.slice(5));
  assert.equal(await verdictByRpm(root), 'proven');
  const [first = ''] = modules;
  const whole = readFileSync(root + first);
  changed(root, first);
  // The initramfs is held against the modules before.
  assert.match(await verdictByRpm(root), /^(initramfs-differs|digest-differs) /);
  put(root, first, whole);
  changed(root, IMAGE);
  assert.equal(await verdictByRpm(root), `digest-differs ${IMAGE}`);
  const bare = foreign();
  installRpm(bare, 'something-else', ['/etc/os-release']);
  assert.equal(await verdictByRpm(bare), `digests-unknown ${RELEASE}`);
});

test('RPM: Fedora’s image in /boot is a copy of the one beside the modules', { skip }, async () => {
  const root = foreign();
  put(root, `${MODULES}/vmlinuz`, readFileSync(root + IMAGE));
  installRpm(root, 'kernel-core', [`${MODULES}/vmlinuz`, ...modulesIn(root)], [IMAGE]);
  assert.equal(await verdictByRpm(root), 'proven');
  changed(root, IMAGE);
  assert.equal(await verdictByRpm(root), `digest-differs ${IMAGE}`);
});

test('RPM at work is waited for', { skip }, async () => {
  const root = foreign();
  installRpm(root, 'kernel-core', [IMAGE, ...modulesIn(root)]);
  const lock = '/var/lib/rpm/.rpm.lock';
  put(root, '/proc/locks', `1: POSIX  ADVISORY  WRITE 812 fe:01:${statSync(root + lock).ino} 0 EOF\n`);
  assert.equal(await verdictByRpm(root), `packages-unfinished ${lock}`);
  put(root, '/proc/locks', '1: POSIX  ADVISORY  READ  812 fe:01:1 0 EOF\n');
  assert.equal(await verdictByRpm(root), 'proven');
});

test('the first database that is there counts', async () => {
  const root = freshFolder();
  assert.equal(await databaseOf(openGuest(root)), null);
  put(root, '/var/lib/rpm/rpmdb.sqlite', '');
  const rpm = await databaseOf(openGuest(root));
  assert.ok(rpm?.known.includes('/var/lib/rpm/rpmdb.sqlite'));
  put(root, '/var/lib/dpkg/status', '');
  assert.notEqual(await databaseOf(openGuest(root)), rpm);
});
