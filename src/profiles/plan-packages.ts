/** Packages that the background should install or remove: kernels, and guest tools that are missing. Pure. */
import type { Facts } from '../facts/facts.ts';
import { compareVersions, isOlder } from '../kernel/version.ts';
import { newestNamed, withNeeds } from '../packages/needs.ts';
import type { PackageFile } from '../packages/package.ts';
import type { Settings } from '../settings/settings.ts';
import { referenceOf } from './plan-tools.ts';
import type { Planned } from './planned.ts';
import { newestOf, numberedTogether, ruleFor, runningKernel } from './rule.ts';
import type { KernelRule, Profile } from './schema.ts';
import type { PackageStep } from './step.ts';

const DOCUMENTATION = 'https://docs.kernel.org/admin-guide/index.html';
const AFTER = 'It is installed after the boot, in the background; the next boot tries it.';
const PRUNED =
  'It neither runs, nor is it what a return or another machine would boot. It is removed once its successor has settled, and undo cannot bring it back.';

type Kernel = NonNullable<PackageFile['kernel']>;

const step = (
  part: Pick<PackageStep, 'id' | 'act' | 'desired' | 'reason' | 'reference'> & Partial<PackageStep>,
): PackageStep => ({
  kind: 'package',
  lasts: 'persistent',
  packages: [],
  files: [],
  ...part,
});

/** The newest kernel of a flavour in the cache whose every package is not yet installed. */
const newestCached = (packages: readonly PackageFile[], flavour: string): Kernel | undefined =>
  packages
    .flatMap(({ kernel, standing }) => (kernel?.flavour === flavour && standing !== 'installed' ? [kernel] : []))
    .toSorted((a, b) => compareVersions(a.release, b.release))
    .at(-1);

/** Flavours (or one release) that are wanted here, best first. */
const wishes = (facts: Facts, { kernel: { value } }: Settings, rule: KernelRule | undefined): string[] => {
  if (value === 'keep') return [];
  return value === 'auto' ? [...(rule?.prefer ?? []), runningKernel(facts)?.flavour ?? ''] : [value];
};

/** The cached kernel that is better than every installed one of its flavour, and not older than what runs. */
const better = (facts: Facts, wish: string): Kernel | undefined => {
  const { packages, runningRelease, distribution, kernels } = facts;
  const kernel =
    packages.find(({ kernel, standing }) => kernel?.release === wish && standing !== 'installed')?.kernel ??
    newestCached(packages, wish);
  if (!kernel || kernel.release === wish) return kernel ?? undefined;
  const together = runningKernel(facts)?.flavour === kernel.flavour || numberedTogether.includes(distribution.id);
  if (isOlder(kernel.release, runningRelease, together)) return undefined;
  const installed = newestOf(kernels, kernel.flavour);
  // The same release: its package is there and not whole.
  return installed && compareVersions(installed.release, kernel.release) > 0 ? undefined : kernel;
};

const installation = (facts: Facts, settings: Settings, rule: KernelRule | undefined): PackageStep[] => {
  for (const wish of wishes(facts, settings, rule)) {
    const kernel = better(facts, wish);
    if (kernel) {
      const parts = withNeeds(
        facts.packages.filter(one => one.kernel?.release === kernel.release),
        facts.packages,
      );
      const [packages, files] = [parts.map(({ name }) => name), parts.map(({ path }) => path)];
      const { reason = 'It is newer than what runs.', reference = DOCUMENTATION } = rule?.prefer.includes(
        kernel.flavour,
      )
        ? rule
        : {};
      const about = { id: `package:${kernel.release}`, act: 'install', desired: 'installed' } as const;
      return [step({ ...about, reason: `${reason} ${AFTER}`, reference, packages, files })];
    }
    // What is preferred is there already: nothing less preferred is installed beside it.
    if (newestOf(facts.kernels, wish)) return [];
  }
  return [];
};

/** What this hypervisor has something to speak with for, and is not installed; several tools may come in one package. */
const missingTools = ({ packages, tools, detection }: Facts): PackageStep[] => {
  const wanted = detection.virtualized ? tools.filter(({ offered, unit }) => offered === true && unit === null) : [];
  const steps = wanted.flatMap(tool => {
    const file = newestNamed(packages, tool.package);
    if (file === undefined || file.standing === 'installed') return [];
    const parts = withNeeds([file], packages);
    const [names, files] = [parts.map(({ name }) => name), parts.map(({ path }) => path)];
    const reason = `There is something here that it speaks with: ${tool.title}. It is installed after the boot, in the background.`;
    const about = { id: `package:${file.name}`, act: 'install', desired: 'installed', tool: tool.id } as const;
    return [step({ ...about, reason, reference: referenceOf(tool), packages: names, files })];
  });
  return [...new Map(steps.toReversed().map(each => [each.id, each])).values()].toReversed();
};

/** By its distribution's name, and only where the vendor allows the network. */
const repository = (facts: Facts, settings: Settings, rule: KernelRule | undefined): PackageStep[] => {
  const name = rule?.package;
  const preferred = rule?.prefer[0] ?? '';
  if (
    !settings['packages.network'].value ||
    settings.kernel.value !== 'auto' ||
    !name ||
    newestOf(facts.kernels, preferred)
  )
    return [];
  const { reason, reference } = rule;
  const about = { id: `package:${name}`, act: 'fetch', desired: 'installed', packages: [name] } as const;
  return [step({ ...about, reason: `${reason} ${AFTER}`, reference })];
};

const disc = ({ environment, importedPackages }: Facts, settings: Settings): PackageStep[] => {
  const { value: sha256 } = settings['packages.sha256'];
  const isThere = environment?.files.some(path => path.endsWith('/SHA256SUMS')) ?? false;
  if (sha256 === null || !isThere || environment?.stale || importedPackages === sha256) return [];
  const about = { id: 'package:disc', act: 'import', desired: sha256 } as const;
  const reason =
    'The packages beside the environment are copied to the offline cache, each checked against its digest.';
  return [step({ ...about, reason, reference: 'https://www.dmtf.org/dsp/DSP0243' })];
};

const pruning = (facts: Facts, settings: Settings, wanted: string | null): PackageStep[] => {
  const running = runningKernel(facts);
  const afterBoots = settings['kernel.prune'].value;
  if (afterBoots === 0 || !running || facts.manager === null || facts.manager === 'apk') return [];
  const { kept, runningRelease } = facts;
  return facts.kernels
    .filter(({ release }) => !kept.includes(release) && release !== wanted)
    .filter(({ release, flavour }) => flavour !== running.flavour || compareVersions(release, runningRelease) < 0)
    .map(
      ({ release }) => ({ id: `package:${release}`, act: 'remove', desired: 'removed', release, afterBoots }) as const,
    )
    .map(about => step({ ...about, reason: PRUNED, reference: 'https://wiki.debian.org/KernelFAQ' }));
};

/** @param wanted the release that is to become the default; null where there is none. */
export const planPackages = (facts: Facts, settings: Settings, profile: Profile, wanted: string | null): Planned => {
  const rule = ruleFor(facts, profile);
  const installed = installation(facts, settings, rule);
  const steps = [
    ...disc(facts, settings),
    ...missingTools(facts),
    ...(installed.length > 0 ? installed : repository(facts, settings, rule)),
    ...pruning(facts, settings, wanted),
  ];
  return { steps, notices: [...facts.packageNotices] };
};
