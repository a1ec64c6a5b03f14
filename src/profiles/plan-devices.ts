/** Attributes of the disks and network cards whose drivers the profile names. */
import type { BlockDevice, Facts, NetworkCard } from '../facts/facts.ts';
import type { Planned } from './planned.ts';
import type { BlockLine, NetworkLine, Profile } from './schema.ts';
import type { BlockStep, NetworkStep } from './step.ts';
import {
  blockAttributes,
  blockFiles,
  isEthtool,
  type NetworkAttribute,
  networkAttributes,
  networkFiles,
} from './where.ts';

/** Optical and floppy drives share their controllers' drivers with disks, and nothing here is meant for them. */
const isDisk = ({ name, readOnly }: BlockDevice): boolean => !readOnly && !/^(sr|fd)\d+$/.test(name);

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** For each attribute the last line that names the driver, so that a child's line wins. */
const chosen = <Attribute extends string, L extends { driver: string[] } & { [A in Attribute]?: string | undefined }>(
  lines: readonly L[],
  driver: string | null,
  attributes: readonly Attribute[],
): { line: L; attribute: Attribute; desired: string }[] =>
  attributes.flatMap(attribute => {
    const line = lines.findLast(one => one[attribute] !== undefined && one.driver.includes(driver ?? ''));
    const desired = line?.[attribute];
    return line === undefined || desired === undefined ? [] : [{ line, attribute, desired }];
  });

const because = ({ reason, reference }: BlockLine | NetworkLine) => ({ reason, reference, lasts: 'boot' as const });

/** A scheduler only where the kernel offers it. */
const ofDisk = ({ name, driver, schedulers }: BlockDevice, lines: readonly BlockLine[]): BlockStep[] =>
  chosen(lines, driver, blockAttributes)
    .filter(({ attribute, desired }) => attribute !== 'scheduler' || schedulers.includes(desired))
    .map(({ line, attribute, desired }) => ({
      ...{ id: `block:${name}:${attribute}`, kind: 'block', device: name, attribute, desired },
      path: `/sys/block/${name}/${blockFiles[attribute]}`,
      ...because(line),
    }));

/** `rx-0:rps_cpus` and its file for each queue; the attribute itself where it is the card's own. */
const filesOf = ({ name, queues }: NetworkCard, attribute: NetworkAttribute): [id: string, path: string][] => {
  const folder = `/sys/class/net/${name}`;
  if (isEthtool(attribute)) return [[attribute, folder]];
  const [before = '', after] = networkFiles[attribute].split('*');
  if (after === undefined) return [[attribute, `${folder}/${before}`]];
  const kind = before.slice('queues/'.length);
  return queues
    .filter(queue => queue.startsWith(kind))
    .map(queue => [`${queue}:${attribute}`, `${folder}/queues/${queue}${after}`]);
};

const ofCard = (card: NetworkCard, lines: readonly NetworkLine[]): NetworkStep[] =>
  chosen(lines, card.driver, networkAttributes).flatMap(({ line, attribute, desired }) =>
    filesOf(card, attribute).map(([id, path]) => ({
      ...{ id: `network:${card.name}:${id}`, kind: 'network' as const, device: card.name, attribute, desired, path },
      ...because(line),
    })),
  );

/** Disks by name, then cards by name. */
export const planDevices = ({ blockDevices, cards }: Facts, { block, network }: Profile): Planned => ({
  steps: [
    ...blockDevices
      .filter(isDisk)
      .toSorted(byName)
      .flatMap(disk => ofDisk(disk, block)),
    ...cards.toSorted(byName).flatMap(card => ofCard(card, network)),
  ],
  notices: [],
});
