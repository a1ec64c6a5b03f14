import { join } from 'node:path';
import { execa } from 'execa';
import type { Machine } from './machine.ts';
import { Offline } from './offline.ts';

/** What a failed scenario shows: from the machine while it answers, from its disk when it does not. */
const stateFolders = ['/var/lib/enlighten', '/run/enlighten'];
const grubenv = '/boot/grub/grubenv';

/** Asked of a machine that still answers, as heading → shell lines. */
const questions: Record<string, string> = {
  kernel: 'uname -r; cat /proc/cmdline',
  'state files': `find ${stateFolders.join(' ')} -type f -size -64k -exec tail -n +1 -v {} + 2> /dev/null`,
  grubenv: `tr -d '#' < ${grubenv}`,
  'failed units': 'systemctl list-units --failed --no-legend --plain; systemctl list-jobs --no-legend',
  journal: `journalctl --boot --no-pager --output=short-monotonic --unit='enlighten*' | tail -n 80`,
};

const section = (heading: string, text: string) => `── ${heading} ──\n${text.trimEnd() || '(nothing)'}\n`;

export async function evidence(machine: Machine): Promise<string> {
  const last = machine.console.last(60).join('\n');
  const rest = machine.running ? await asked(machine) : await found(machine);
  return [section('console', last), section('boots', machine.console.boots.join('\n')), ...rest].join('\n');
}

async function asked(machine: Machine): Promise<string[]> {
  const sections: string[] = [];
  const patience = 30;
  for (const [heading, lines] of Object.entries(questions)) {
    try {
      await machine.shell.ready(patience);
      const { stdout, stderr } = await machine.run(lines, patience);
      sections.push(section(heading, stdout + stderr));
    } catch (error) {
      await machine.cut(); // it does not answer: the disk does
      return [...sections, section(heading, String(error)), ...(await found(machine))];
    }
  }
  return sections;
}

async function found(machine: Machine): Promise<string[]> {
  if (machine.overlay === null) return [];
  const disk = await Offline.open(machine);
  try {
    const journal = join(await disk.copy('/var/log/journal'), 'journal');
    const options = ['--directory', journal, '--boot', '--no-pager', '--lines=80', '--unit=enlighten*'];
    const logged = await execa('journalctl', options, { reject: false });
    const paths = await disk.list('/var/lib/enlighten');
    const files = await Promise.all(paths.map(async path => section(path, (await disk.read(path)) ?? '')));
    return [
      ...files,
      section(grubenv, (await disk.read(grubenv))?.replace(/#+$/, '') ?? ''),
      section('journal', logged.stdout || logged.stderr),
    ];
  } finally {
    await disk.close();
  }
}
