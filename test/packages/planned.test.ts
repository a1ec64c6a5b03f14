/** Which packages are wanted, which kernels stay, and when the others go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from '../../src/facts/facts.ts';
import { openGuest } from '../../src/guest/open.ts';
import { keptKernels } from '../../src/kernel/kept.ts';
import { managerOf } from '../../src/packages/managers.ts';
import { withNeeds } from '../../src/packages/needs.ts';
import type { PackageFile } from '../../src/packages/package.ts';
import { settledBoots } from '../../src/packages/settled-boots.ts';
import { plan } from '../../src/profiles/plan.ts';
import { freshFolder, put } from '../kernel/machine.ts';
import { facts, kernel, prefer, profile, settings } from '../profiles/world.ts';

test('each distribution’s package manager is told by its own files', async () => {
  const names: Record<string, string | null> = {
    '/var/lib/dpkg/status': 'apt',
    '/lib/apk/db/installed': 'apk',
    '/etc/tdnf/tdnf.conf': 'tdnf',
    '/etc/zypp/zypp.conf': 'zypper',
    '/etc/dnf/dnf.conf': 'dnf',
    '/etc/pacman.conf': null,
  };
  for (const [path, name] of Object.entries(names)) {
    const root = freshFolder();
    put(root, path, '');
    assert.equal((await managerOf(openGuest(root)))?.name ?? null, name);
  }
});

test('what must stay: running, confirmed, the way back, what boots elsewhere, the newest universal one', async () => {
  const releases = ['6.1.0-60-amd64', '6.1.0-50-amd64', '6.1.0-49-amd64', '6.1.0-48-amd64', '6.1.0-9-amd64'];
  const cloud = ['6.1.0-60-cloud-amd64', '6.1.0-59-cloud-amd64', '6.1.0-58-cloud-amd64'];
  const kernels = [...releases.map(one => kernel(one, 'generic')), ...cloud.map(one => kernel(one, 'cloud'))];
  const kept = await keptKernels(
    openGuest(freshFolder()),
    {
      loader: {
        effectiveDefault: async (_, { manufacturer }) =>
          manufacturer === '' ? '/vmlinuz-6.1.0-9-amd64' : '/vmlinuz-6.1.0-59-cloud-amd64',
      },
      trial: { kernel: '6.1.0-59-cloud-amd64', previous: '6.1.0-49-amd64' },
    },
    kernels,
    '6.1.0-60-cloud-amd64',
  );
  assert.deepEqual(
    kept,
    ['6.1.0-49-amd64', '6.1.0-59-cloud-amd64', '6.1.0-60-amd64', '6.1.0-60-cloud-amd64', '6.1.0-9-amd64'].sort(),
  );
});

test('boots are counted once each, and anew for another kernel; a damaged count is none', async () => {
  const root = freshFolder();
  const guest = openGuest(root);
  const counts: number[] = [];
  for (const [release, boot] of [
    ['a', '1'],
    ['a', '1'],
    ['a', '2'],
    ['b', '3'],
    ['b', '4'],
  ] as const)
    counts.push(await settledBoots(guest, release, boot));
  assert.deepEqual(counts, [1, 1, 2, 1, 2]);
  put(root, '/var/lib/enlighten/settled-boots.json', '{"release":"b","boots":-1}');
  assert.equal(await settledBoots(guest, 'b', '5'), 1);
});

const file = (name: string, release: string, flavour: string): PackageFile => ({
  ...{ name, version: '1', architecture: 'amd64', installedSize: null, path: `/c/${name}.deb`, format: 'deb' },
  ...{ needs: [], provides: [name] },
  ...{ kernel: { release, flavour }, standing: 'absent' },
});
const packageSteps = (seen: Partial<Facts>, set: Parameters<typeof settings>[0] = {}, more = {}) =>
  plan(facts(seen), settings(set), profile('p', { kernel: [{ ...prefer('debian', 'cloud'), ...more }] })).steps.flatMap(
    step => (step.kind === 'package' ? [step] : []),
  );

test('all packages of one kernel go together; one that is not whole is wanted again', () => {
  const release = '6.8.0-1009-azure';
  const parts = ['linux-image', 'linux-modules'].map(name => file(`${name}-${release}`, release, 'cloud'));
  const [step, ...more] = packageSteps({ packages: parts });
  assert.deepEqual([step?.act, step?.packages, more.length], ['install', parts.map(({ name }) => name), 0]);
  const half = {
    ...file('linux-image-6.1.0-50-cloud-amd64', '6.1.0-50-cloud-amd64', 'cloud'),
    standing: 'unfinished' as const,
  };
  assert.deepEqual(
    packageSteps({ packages: [half] }).map(({ id }) => id),
    ['package:6.1.0-50-cloud-amd64'],
  );
  assert.deepEqual(packageSteps({ packages: [{ ...half, standing: 'installed' as const }] }), []);
});

test('what a package needs from the cache goes with it, and what that needs; nothing else, and nothing that is installed', () => {
  const tool = (name: string, needs: string[], more: Partial<PackageFile> = {}): PackageFile => ({
    ...{ ...file(name, '', ''), kernel: null, needs },
    ...more,
  });
  const agent = tool('agent', ['glib', 'libc6', 'so:numa']);
  const cache = [
    ...[agent, tool('glib', ['pcre'], { version: '1.9' }), tool('glib', ['pcre'], { version: '1.10' })],
    ...[tool('pcre', ['glib']), tool('numa', [], { provides: ['numa', 'so:numa'] })],
    ...[tool('libc6', [], { standing: 'installed' }), tool('unrelated', ['agent'])],
  ];
  assert.deepEqual(
    withNeeds([agent], cache).map(({ name, version }) => `${name} ${version}`),
    ['agent 1', 'glib 1.10', 'numa 1', 'pcre 1'],
  );
});

test('the repositories only where the vendor allows them, and nothing of that flavour is there', () => {
  const generic = [kernel('6.1.0-50-amd64', 'generic')];
  const network = { 'packages.network': { value: true, source: 'file' as const } };
  const named = { package: 'linux-image-cloud-amd64' };
  assert.deepEqual(packageSteps({ kernels: generic }, {}, named), []);
  assert.deepEqual(packageSteps({}, network, named), []);
  const [step] = packageSteps({ kernels: generic }, network, named);
  assert.deepEqual([step?.act, step?.packages], ['fetch', ['linux-image-cloud-amd64']]);
  const cached = [file('linux-image-6.1.0-57-cloud-amd64', '6.1.0-57-cloud-amd64', 'cloud')];
  assert.deepEqual(
    packageSteps({ kernels: generic, packages: cached }, network, named).map(({ act }) => act),
    ['install'],
  );
});
