import type { BlockDevice, Facts } from '../facts/facts.ts';
import type { Planned } from './plan.ts';
import type { Profile } from './schema.ts';
import { type BlockStep, blockAttributes } from './step.ts';

/** Optical and floppy drives share their controllers' drivers with disks, and nothing here is meant for them. */
const isDisk = ({ name, readOnly }: BlockDevice): boolean => !readOnly && !/^(sr|fd)\d+$/.test(name);

/** The steps for one disk: for each attribute the last line that names its driver, so that a child's line wins. */
const stepsFor = (device: BlockDevice, profile: Profile): BlockStep[] =>
  blockAttributes.flatMap(attribute => {
    const line = profile.block.findLast(
      ({ driver, [attribute]: value }) => value !== undefined && driver.includes(device.driver ?? ''),
    );
    const desired = line?.[attribute];
    if (line === undefined || desired === undefined) return [];
    if (attribute === 'scheduler' && !device.schedulers.includes(desired)) return [];
    const { reason, reference } = line;
    const id = `block:${device.name}:${attribute}`;
    return [{ id, kind: 'block', device: device.name, attribute, desired, reason, reference, lasts: 'boot' }];
  });

/** Queue attributes of the disks whose controllers the profile names; a scheduler only where the kernel offers it. */
export const planBlock = ({ blockDevices }: Facts, profile: Profile): Planned => ({
  steps: blockDevices
    .filter(isDisk)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(device => stepsFor(device, profile)),
  notices: [],
});
