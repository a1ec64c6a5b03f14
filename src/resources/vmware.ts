/**
 * VMware: the host answers vmware-toolbox-cmd (open-vm-tools) through its backdoor; all that is asked is asked at once, so that a host
 * that never answers costs one time limit. Workstation and Fusion know none of it but speed and time; that is no news.
 */
import { EnlightenError } from '../errors.ts';
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { resourceNotice } from '../notices/resources.ts';
import type { Answer, Source, Told } from './resource.ts';
import { metricsIn, stats, versionIn } from './vmware-stat.ts';

const PROGRAM = 'vmware-toolbox-cmd';

interface Question {
  args: string[];
  read: (stdout: string, source: string) => Told[];
}

const questions: readonly Question[] = [
  ...stats.map(({ name, word, read }) => ({
    args: [word],
    read: (stdout: string, source: string): Told[] => {
      const value = read(stdout.trim());
      return value === null ? [] : [{ name, value, source }];
    },
  })),
  { args: ['raw', 'json', 'resources'], read: metricsIn },
  { args: ['raw', 'json', 'session'], read: versionIn },
];

/** Null: the program is not installed. A refusal is silence: which product the host runs decides what it answers. */
const ask = async (guest: Guest, { args, read }: Question): Promise<Answer | null> => {
  const source = [PROGRAM, 'stat', ...args].join(' ');
  try {
    const ran = await guest.query(PROGRAM, args);
    if (ran === null) return null;
    return { told: ran.exitCode === 0 ? read(ran.stdout, source) : [], notices: [] };
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    return { told: [], notices: [resourceNotice('resources-no-answer', PROGRAM, error.message)] };
  }
};

export const vmware: Source = async ({ guest, detection }) => {
  if (detection.hypervisor !== 'vmware') return { told: [], notices: [] };
  const answers = await Promise.all(questions.map(question => ask(guest, question)));
  const given = answers.filter(answer => answer !== null);
  // A folder tells nothing of its programs.
  const missing: Notice[] = given.length === 0 && guest.live ? [resourceNotice('resources-no-tool', PROGRAM)] : [];
  const [first] = given.flatMap(({ notices }) => notices);
  return { told: given.flatMap(({ told }) => told), notices: first === undefined ? missing : [first] };
};
