/** What disks and cards get that are plugged in later: the lines of `block` and `network` again, as udev rules of this boot. */
import type { Planned } from './planned.ts';
import type { BlockLine, NetworkLine, Profile } from './schema.ts';
import type { UdevStep } from './step.ts';
import { blockAttributes, blockFiles, ethtoolWords, isEthtool, networkAttributes, networkFiles } from './where.ts';

const OPTIONS = { rings: '-G', channels: '-L', features: '-K' } as const;

/** A rule's text stands between quotes; values and drivers have none, and this keeps it so. */
const quoted = (text: string): string => `"${text.replace(/["\\\n]/g, '')}"`;

const rule = (matches: readonly string[], driver: readonly string[], act: string): string =>
  ['ACTION=="add"', ...matches, `DRIVERS==${quoted(driver.join('|'))}`, act].join(', ');

interface Plugged {
  /** As a rule assigns it. */
  attribute: string;
  matches: readonly string[];
  act(value: string): string;
}

const DISK = ['SUBSYSTEM=="block"', 'ENV{DEVTYPE}=="disk"', 'KERNEL!="sr*|fd*"'];

const assigning = (attribute: string, matches: readonly string[]): Plugged => ({
  ...{ attribute, matches },
  act: value => `ATTR{${attribute}}=${quoted(value)}`,
});

const CARD = ['SUBSYSTEM=="net"'];

/** Once all rules are through `$name` is the name the card then has (80-net-setup-link.rules). */
const running = (attribute: string, command: (value: string) => string): Plugged => ({
  ...{ attribute, matches: CARD },
  act: value => `RUN+=${quoted(command(value))}`,
});

/** Queues are devices of their own, whose events are lost where the card was given another name first: they are written as files. */
const ofQueues = (file: string): Plugged =>
  running(
    file.slice(file.lastIndexOf('/') + 1),
    value => `/bin/sh -c 'for queue in /sys/class/net/$name/${file}; do echo ${value} > $$queue; done'`,
  );

const ofCard = (name: (typeof networkAttributes)[number]): Plugged => {
  if (isEthtool(name)) {
    const { table, word } = ethtoolWords[name];
    return running(`ethtool ${word}`, value => `/usr/sbin/ethtool ${OPTIONS[table]} $name ${word} ${value}`);
  }
  const file = networkFiles[name];
  return file.includes('*') ? ofQueues(file) : assigning(file, CARD);
};

const stepOf = <Attribute extends string>(
  section: 'block' | 'network',
  name: Attribute,
  lines: readonly ({ [A in Attribute]?: string | undefined } & (BlockLine | NetworkLine))[],
  { attribute, matches, act }: Plugged,
): UdevStep[] => {
  const about = lines.filter(line => line[name] !== undefined);
  const last = about.at(-1);
  if (last === undefined) return [];
  const rules = about.map(line => rule(matches, line.driver, act(line[name] ?? '')));
  const { reason, reference } = last;
  return [
    {
      ...{ id: `udev:${section}:${name}`, kind: 'udev', attribute },
      path: `/run/udev/rules.d/90-enlighten-${section}-${name}.rules`,
      content: ['# By enlighten, for this boot only.', ...rules, ''].join('\n'),
      desired: about.map(line => `${line[name]} for ${line.driver.join(', ')}`).join('; '),
      ...{ reason, reference, lasts: 'boot' },
    },
  ];
};

/** Later lines are later rules, so that a child's line wins here, too. */
export const planPlugged = ({ block, network }: Profile): Planned => ({
  steps: [
    ...blockAttributes.flatMap(name => stepOf('block', name, block, assigning(blockFiles[name], DISK))),
    ...networkAttributes.flatMap(name => stepOf('network', name, network, ofCard(name))),
  ],
  notices: [],
});
