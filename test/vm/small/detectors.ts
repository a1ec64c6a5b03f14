import type { Detection } from '../../../src/detect/detection.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';

/** What the detectors say inside one machine, and what the kernel found there. */
export interface Said {
  ours: Detection;
  /** systemd-detect-virt's word. */
  systemd: string;
  /** virt-what's words, one or several. */
  virtWhat: string;
  /** The clock source in use. */
  clock: string;
  /** The kernel's messages that name a hypervisor. */
  kernel: string;
  /** Drivers bound on PCI, virtio and Xen's bus. */
  drivers: string[];
  /** `env show` in a guest of Xen; empty elsewhere. */
  environment: string;
}

/** The script that asks; it prints one line. It can also be the only program of a machine: `lab.run=` (files/init). */
export const asking = '/usr/local/lib/lab/where-am-i';

/** Waits for the machine's shell and asks. */
export const whereAmI = async (vm: Machine): Promise<Said> => understood(await vm.ok(`sh ${asking}`, limit.agent * 2));

/** From whatever text the line stands in: a serial console has the kernel's lines beside it. */
export function understood(text: string): Said {
  const line = /^\{"ours":"[^\n\r]*\}\r?$/m.exec(text)?.[0];
  if (line === undefined) throw new Error(`no answer of the detectors in:\n${text.split('\n').slice(-60).join('\n')}`);
  const packed = JSON.parse(line) as Record<keyof Said, string>;
  const told = (name: keyof Said) => Buffer.from(packed[name], 'base64').toString().trim();
  return {
    ours: JSON.parse(told('ours')) as Detection,
    systemd: told('systemd'),
    virtWhat: told('virtWhat').split('\n').join(' '),
    clock: told('clock'),
    kernel: told('kernel'),
    drivers: told('drivers').split('\n'),
    environment: told('environment'),
  };
}

/** `xen/hvm on aws by cpuid-highest`, as the table shows it. */
export const verdict = ({ hypervisor, mode, platform, virtualized }: Detection): string =>
  [
    mode === null ? hypervisor : `${hypervisor}/${mode}`,
    platform === null ? '' : ` on ${platform}`,
    virtualized || hypervisor === 'none' ? '' : ', not virtualized',
  ].join('');

/** Prints the three answers beside each other, a machine a line. */
export function compare(rows: [machine: string, said: Said][]): void {
  const cells = [
    ['machine', 'ours', 'systemd-detect-virt', 'virt-what', 'rule'],
    ...rows.map(([machine, { ours, systemd, virtWhat }]) => [
      machine,
      verdict(ours),
      systemd,
      virtWhat || '(nothing)',
      ours.rule,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map(row => (row[column] ?? '').length)));
  for (const row of cells)
    console.log(
      `    ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(' | ')
        .trimEnd()}`,
    );
}
