/** /etc/enlighten/enlighten.yaml: the vendor's settings. */
import { EnlightenError } from '../errors.ts';
import type { Bytes, Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { settingsNotice } from '../notices/settings.ts';
import { type Candidate, keyOf } from './candidates.ts';
import { lockKey } from './keys.ts';
import { parseYaml } from './yaml.ts';

export const settingsPath = '/etc/enlighten/enlighten.yaml';
const largestFile: Bytes = 256 * 1024;

export interface SettingsFile {
  candidates: Candidate[];
  lock: string[];
  /** The vendor wrote settings, and nobody can read them: what they forbid is unknown. */
  broken: boolean;
  notices: Notice[];
}

/** Nothing is set by the file: it is absent, or a Notice says what is wrong with it. */
const without = (...notices: Notice[]): SettingsFile => ({
  candidates: [],
  lock: [],
  broken: notices.length > 0,
  notices,
});

/** The file as candidates; empty when it is absent. The YAML library is loaded only when there is something to parse. */
export const readSettingsFile = async (guest: Guest): Promise<SettingsFile> => {
  let content: Buffer | null;
  try {
    content = await guest.read(settingsPath, largestFile);
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    const why = error.code === 'too-large' ? `it is larger than ${largestFile} bytes` : 'it cannot be read';
    return without(settingsNotice('settings-file-unreadable', settingsPath, why));
  }
  const text = content?.toString('utf8') ?? '';
  return text.trim() === '' ? without() : parseSettings(text);
};

/** Nested (`sysctl: {vm.swappiness: 10}`) and dotted (`enlighten.sysctl.vm.swappiness: 10`) keys say the same. */
export const parseSettings = async (text: string): Promise<SettingsFile> => {
  const parsed = await parseYaml(text);
  if ('broken' in parsed) return without(settingsNotice('settings-file-broken', settingsPath, parsed.broken));
  if ('notAMap' in parsed) return without(settingsNotice('settings-file-shape', settingsPath));

  const file = without();
  for (const [name, value] of parsed.entries) {
    const key = keyOf(name) ?? name;
    if (key === lockKey) file.lock.push(...[value].flat());
    else file.candidates.push({ source: 'file', key, value: typeof value === 'string' ? value : value.join(', ') });
  }
  return file;
};
