/**
 * What an active tuned decides (tuned-adm(8), tuned.conf(5)): the profile that /etc/tuned/active_profile names, with all it includes, for as
 * long as the service is enabled or runs.
 */
import { isEnabled } from '../facts/tools.ts';
import type { Bytes, Guest, Path } from '../guest/guest.ts';
import { dotted } from '../profiles/sysctl-name.ts';

const ACTIVE: Path = '/etc/tuned/active_profile';
/** The administrator's first; newer releases have a folder `profiles` in each. */
const FOLDERS: readonly Path[] = ['/etc/tuned/profiles', '/etc/tuned', '/usr/lib/tuned/profiles', '/usr/lib/tuned'];
const MAX_SIZE: Bytes = 256 * 1024;
/** Profiles that include each other; more is no configuration. */
const MAX_PROFILES = 32;

/** Plugins by what they write: tuned, tuned/plugins/plugin_{disk,vm}.py. */
const PLUGINS: Record<string, Record<string, RegExp>> = {
  disk: { elevator: /\/queue\/scheduler$/, readahead: /\/queue\/read_ahead_kb$/ },
  vm: {
    transparent_hugepages: /\/transparent_hugepage\/enabled$/,
    transparent_hugepage: /\/transparent_hugepage\/enabled$/,
    'transparent_hugepage.defrag': /\/transparent_hugepage\/defrag$/,
  },
};

type Subject = { path: Path } | { sysctls: readonly string[] };

/** Does `key` of a plugin's section set this? `vm` took sysctls of its own, `dirty_bytes`, in newer releases. */
const sets = (plugin: string, key: string, subject: Subject): boolean => {
  if ('sysctls' in subject) return subject.sysctls.includes(plugin === 'sysctl' ? dotted(key) : `${plugin}.${key}`);
  return plugin === 'sysfs' ? key === subject.path : (PLUGINS[plugin]?.[key]?.test(subject.path) ?? false);
};

interface Section {
  plugin: string;
  values: [key: string, value: string][];
}

/** `[name]`, whose plugin is `type=` or the name itself. */
const sectionsOf = (text: string): Section[] => {
  const sections: Section[] = [];
  for (const line of text.split('\n')) {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) sections.push({ plugin: header, values: [] });
    const equals = /^\s*[#;]/.test(line) ? -1 : line.indexOf('=');
    const [key, value] = [line.slice(0, equals).trim(), line.slice(equals + 1).trim()];
    const section = sections.at(-1);
    if (equals < 0 || section === undefined) continue;
    if (key === 'type') section.plugin = value;
    else section.values.push([key, value]);
  }
  return sections;
};

const fileOf = async (guest: Guest, profile: string): Promise<{ file: Path; text: string } | null> => {
  if (!/^[\w.+-]+$/.test(profile)) return null;
  for (const folder of FOLDERS) {
    const file = `${folder}/${profile}/tuned.conf`;
    const content = await guest.read(file, MAX_SIZE);
    if (content !== null) return { file, text: content.toString('utf8') };
  }
  return null;
};

const isActive = async (guest: Guest): Promise<boolean> =>
  (await guest.stat('/run/tuned/tuned.pid')) !== null || isEnabled(guest, 'tuned.service');

/** The line of the profile that is active; null where tuned is not, or says nothing of it. Throws what reading a file throws. */
export const tunedDecision = async (guest: Guest, subject: Subject): Promise<{ line: string } | null> => {
  const active = await guest.text(ACTIVE);
  if (!active || !(await isActive(guest))) return null;
  const waiting = active.split(/\s+/);
  const seen = new Set<string>();
  for (let profile = waiting.shift(); profile !== undefined && seen.size < MAX_PROFILES; profile = waiting.shift()) {
    if (seen.has(profile)) continue;
    seen.add(profile);
    const found = await fileOf(guest, profile);
    for (const { plugin, values } of sectionsOf(found?.text ?? '')) {
      for (const [key, value] of values) {
        if (plugin === 'main' && key === 'include') waiting.push(...value.split(/[,;\s]+/));
        else if (sets(plugin, key, subject))
          return { line: `tuned's profile ${active}, ${found?.file}: ${key}=${value}` };
      }
    }
  }
  return null;
};
