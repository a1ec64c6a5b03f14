/** Runs in a root of its own (chroot.test.ts), as the agent would on a machine: real apt and dpkg, on packages made for it. Prints what happened. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { packageAction } from '../../src/actions/package.ts';
import { protectionAction } from '../../src/actions/protection.ts';
import { openGuest } from '../../src/guest/open.ts';
import { CACHE } from '../../src/packages/cache.ts';
import { APT, aptProtection } from '../../src/packages/protection.ts';
import { type Working, workOn } from '../../src/packages/work.ts';
import type { PackageStep } from '../../src/profiles/step.ts';
import { openJournal } from '../../src/state/journal.ts';

const [, , packages = ''] = process.argv;
const guest = openGuest('/');
const journal = openJournal(guest);
const working: Working = {
  guest,
  journal,
  loader: { effectiveDefault: async () => '/boot/vmlinuz-1', refusal: async () => null },
  maker: { manufacturer: '', product: '' },
  source: '',
};

const about = { kind: 'package', reason: '', reference: '', lasts: 'persistent', desired: '' } as const;
const step = (release: string, part: Partial<PackageStep>): PackageStep => ({
  ...{ ...about, id: `package:${release}`, act: 'install', packages: [`linux-image-${release}`] },
  ...{ files: [`${CACHE}/linux-image-${release}.deb`], release },
  ...part,
});
const work = async (release: string, part: Partial<PackageStep> = {}) => {
  const notice = await workOn(working, step(release, part));
  return notice && `${notice.code}: ${notice.happened}`;
};
/** As dpkg abbreviates it: `ii`, `iF`; empty when it is not there. */
const state = (release: string): string =>
  spawnSync('dpkg-query', ['--list', `linux-image-${release}`], { encoding: 'utf8' })
    .stdout.split('\n')
    .at(-2)
    ?.slice(0, 2) ?? '';
const phases = async (release: string) =>
  (await journal.entries())
    .filter(({ id }) => id === `package:${release}`)
    .map(({ phase, after }) => `${phase} ${after}`);
const autoremoved = (): string[] =>
  [
    ...execFileSync('apt-get', ['--simulate', 'autoremove'], { encoding: 'utf8' }).matchAll(
      /^Remv linux-image-(\S+)/gm,
    ),
  ].map(([, name = '']) => name);

mkdirSync(CACHE, { recursive: true });
for (const release of [
  '9.9-1-cloud-amd64',
  '9.9-2-cloud-amd64',
  '9.9-3-cloud-amd64',
  '9.9-4-cloud-amd64',
  '9.9-5-cloud-amd64',
])
  copyFileSync(`${packages}/${release}.deb`, `${CACHE}/linux-image-${release}.deb`);

const report: Record<string, unknown> = {};
report['installs'] = [await work('9.9-1-cloud-amd64'), state('9.9-1-cloud-amd64'), await phases('9.9-1-cloud-amd64')];
report['cut'] = [await work('9.9-2-cloud-amd64'), state('9.9-2-cloud-amd64'), await phases('9.9-2-cloud-amd64')];
report['repaired'] = [await work('9.9-2-cloud-amd64'), state('9.9-2-cloud-amd64'), await phases('9.9-2-cloud-amd64')];

// apt keeps the two newest by itself.
report['third'] = await work('9.9-3-cloud-amd64');
execFileSync('apt-mark', ['auto', 'linux-image-9.9-1-cloud-amd64', 'linux-image-9.9-2-cloud-amd64'], {
  stdio: 'ignore',
});
const unprotected = autoremoved();
const content = aptProtection(['9.9-1-cloud-amd64']);
const protection = {
  id: 'protection:apt',
  kind: 'protection',
  desired: '',
  reason: '',
  reference: '',
  lasts: 'persistent',
  path: APT.file,
  content,
} as const;
await protectionAction.apply(protection, guest, journal);
report['protects'] = [unprotected.includes('9.9-1-cloud-amd64'), autoremoved()];
const written = (await journal.entries()).find(({ id }) => id === protection.id);
if (written) await protectionAction.undo(written, guest, journal);
report['unprotects'] = [existsSync(APT.file), autoremoved().includes('9.9-1-cloud-amd64')];

report['removes'] = [
  await work('9.9-1-cloud-amd64', { act: 'remove' }),
  state('9.9-1-cloud-amd64'),
  existsSync('/boot/vmlinuz-9.9-1-cloud-amd64'),
];
const installed = (await journal.entries()).find(({ id }) => id === 'package:9.9-2-cloud-amd64');
if (installed) await packageAction.undo(installed, guest, journal);
report['undone'] = [state('9.9-2-cloud-amd64'), await phases('9.9-2-cloud-amd64')];
report['unmet'] = [(await work('9.9-4-cloud-amd64'))?.split(':')[0], state('9.9-4-cloud-amd64')];

spawnSync('dpkg', ['--unpack', `${packages}/foreign.deb`]);
report['foreign'] = [await work('9.9-5-cloud-amd64'), state('9.9-5-cloud-amd64')];
console.log(JSON.stringify(report));
