/** The two boots side by side, from the machine's own journal, files and status. */
import { inBrief } from '../../src/terminal/value.ts';
import { statusOf } from '../../test/vm/agent.ts';
import type { Machine } from '../../test/vm/machine/machine.ts';

interface Row {
  what: string;
  /** A command that prints the value of a boot; `$boot` is journalctl's -1 or 0, `$release` that boot's kernel. */
  command: string;
}

const rows: Row[] = [
  { what: 'kernel', command: 'echo $release' },
  {
    what: 'kernel and initramfs',
    command: 'du -ch /boot/vmlinuz-$release /boot/initrd.img-$release | tail -1 | cut -f1',
  },
  { what: 'driver modules shipped', command: "find /lib/modules/$release -name '*.ko*' | wc -l" },
  {
    what: 'clock source',
    command: "journalctl -k -b $boot -o cat | sed -n 's/.*Switched to clocksource //p' | tail -1",
  },
  {
    what: 'kernel start to root file system',
    command:
      "journalctl -k -b $boot -o short-monotonic | sed -n 's/^\\[ *\\([0-9.]*\\).*EXT4-fs.*mounted filesystem.*/\\1 s/p' | head -1",
  },
  {
    what: 'kernel start to the agent',
    command:
      "journalctl -b $boot -u enlighten -o short-monotonic | sed -n 's/^\\[ *\\([0-9.]*\\).*Starting.*/\\1 s/p' | head -1",
  },
];

const table = (lines: string[][]): string => {
  const widths = [0, 1].map(column => Math.max(...lines.map(line => line[column]?.length ?? 0)));
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
};

export const beforeAndAfter = async (vm: Machine): Promise<string> => {
  const { trial, applied } = await statusOf(vm);
  const value = (command: string, boot: number, release: string | null): Promise<string> =>
    vm.ok(`boot=${boot} release=${release}\n${command}`, 120);
  const lines = [['', 'before', 'after']];
  for (const { what, command } of rows) {
    lines.push([what, await value(command, -1, trial.previous), await value(command, 0, trial.kernel)]);
  }
  for (const { id, before, after } of applied.filter(it => it.lasts === 'boot'))
    lines.push([id, inBrief(before), inBrief(after)]);
  return table(lines);
};
