/**
 * The host's clock as a reference for chrony. chronyd does not start with a device that is not there, so nothing is written to its
 * configuration, which the image would carry to the next machine: a drop-in in /run starts it with one directive more (chronyd(8): directives
 * on the command line take the place of the file, which is then included).
 */
import type { Guest, Path, WritableGuest } from '../guest/guest.ts';
import { actionNotice } from '../notices/actions.ts';
import type { ClockStep, FileStep, Standing } from '../profiles/step.ts';
import type { Action } from './action.ts';
import { decided } from './attribute.ts';
import { putFile, standsAt, takeFile } from './file.ts';
import { administratorsLine, reloadUnits, shippedUnit } from './systemd.ts';

const MAX_CLOCKS = 64;
/** Debian's place, and everybody else's. */
const CONFIGURATIONS: readonly Path[] = ['/etc/chrony/chrony.conf', '/etc/chrony.conf'];
const OPTIONS: readonly Path[] = ['/etc/default/chrony', '/etc/default/chronyd', '/etc/sysconfig/chronyd'];

const pathOf = (unit: string): Path => `/run/systemd/system/${unit}.d/50-enlighten-clock.conf`;

/** `/dev/ptp0`, by the name its driver gives the clock (Documentation/ABI/testing/sysfs-ptp); null where it is not. */
const deviceOf = async (guest: Guest, ptp: string): Promise<Path | null> => {
  for (const clock of (await guest.list('/sys/class/ptp')).slice(0, MAX_CLOCKS)) {
    if ((await guest.text(`/sys/class/ptp/${clock}/clock_name`)) === ptp) return `/dev/${clock}`;
  }
  return null;
};

/** A configuration of its own (`-f`), or directives, on the command line already. */
const STARTED_OTHERWISE = /(?:^|\s)-\w*f\b|["']/;

const firstOf = async (guest: Guest, paths: readonly Path[]): Promise<Path | null> => {
  for (const path of paths) if ((await guest.stat(path)) !== null) return path;
  return null;
};

/** How it is started: its one `ExecStart=`; or why no directive can be added to it. */
const startOf = async (guest: Guest, unit: string): Promise<{ start: string } | { otherwise: string }> => {
  const starts = (await shippedUnit(guest, unit))?.match(/^ExecStart=.+$/gm) ?? [];
  const [start = ''] = starts;
  if (starts.length !== 1 || STARTED_OTHERWISE.test(start)) return { otherwise: start || 'it has no ExecStart=' };
  const options = await firstOf(guest, OPTIONS);
  const set = options === null ? null : /^[^#\n]*=.*\s?-\w*f\b.*$/m.exec((await guest.text(options, 64 * 1024)) ?? '');
  return set === null ? { start } : { otherwise: `${options}: ${set[0]}` };
};

/** The step as the file it is; or what stands against it. */
const fileFor = async (step: ClockStep, guest: Guest): Promise<(ClockStep & FileStep) | Standing> => {
  const { id, unit, ptp, options } = step;
  const blocked = (code: 'clock-absent' | 'clock-configured', detail: string): Standing => ({
    ...{ current: null, state: 'blocked', by: actionNotice(code, id, detail) },
  });
  const device = await deviceOf(guest, ptp);
  if (device === null) return blocked('clock-absent', ptp);
  const configuration = await firstOf(guest, CONFIGURATIONS);
  const how = await startOf(guest, unit);
  if ('otherwise' in how) return blocked('clock-configured', how.otherwise);
  if (configuration === null) return blocked('clock-configured', 'it has no configuration file');
  const directive = ['refclock PHC', device, options].join(' ').trim();
  const content = [
    '# By enlighten, for this boot only.',
    '[Service]',
    'ExecStart=',
    `${how.start} "include ${configuration}" "${directive}"`,
    '',
  ].join('\n');
  return { ...step, path: pathOf(unit), content };
};

/** A refclock of the administrator's for the same device, or for any PTP clock. */
const configured = async (guest: Guest): Promise<string | null> => {
  const folders = ['/etc/chrony/conf.d', '/etc/chrony.d'];
  const more = await Promise.all(
    folders.map(async folder => (await guest.list(folder)).map(name => `${folder}/${name}`)),
  );
  for (const file of [...CONFIGURATIONS, ...more.flat()]) {
    const line = /^\s*refclock\s+PHC\b.*$/m.exec((await guest.text(file, 64 * 1024)) ?? '');
    if (line !== null) return `${file}: ${line[0].trim()}`;
  }
  return null;
};

/** chronyd's own mark that it runs; at boot it does not yet. */
const RUNS: Path = '/run/chrony/chronyd.pid';

const startAnew = async (guest: WritableGuest, unit: string): Promise<void> => {
  await reloadUnits(guest);
  if (guest.live && (await guest.stat(RUNS)) !== null) await guest.run('restart-unit', [unit]);
};

export const clockAction: Action<ClockStep> = {
  async check(step, guest) {
    const file = await fileFor(step, guest);
    if ('state' in file) return file;
    const standing = await standsAt(file, guest);
    if (standing.state === 'satisfied') return standing;
    const line = (await configured(guest)) ?? (await administratorsLine(guest, step.unit, ['ExecStart']));
    return decided(step.id, standing.current, line === null ? null : { line }) ?? standing;
  },

  async apply(step, guest, journal) {
    const file = await fileFor(step, guest);
    if ('state' in file) return;
    await putFile(file, guest, journal, () => startAnew(guest, step.unit));
  },

  async undo(entry, guest, journal) {
    const [, unit = ''] = /\/([^/]+)\.d\/[^/]+$/.exec(entry.path) ?? [];
    await takeFile(entry, guest, journal, () => startAnew(guest, unit));
  },
};
