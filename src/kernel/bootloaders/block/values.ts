/** What the agent says in the environment block, and how a block with it is written. The names are custom.cfg's and enlighten.lua's. */
import type { BootEntry, Maker } from '../bootloader.ts';
import { type Block, formatBlock, isPlainValue, variable, withValues } from './environment-block.ts';

export const OURS = 'enlighten_';

const entryValues = (name: 'trial' | 'proven', entry: BootEntry | null): Record<string, string | null> => ({
  [`${OURS}${name}_kernel`]: entry?.kernel ?? null,
  [`${OURS}${name}_initrd`]: entry?.initrd ?? null,
  [`${OURS}${name}_args`]: entry?.args ?? null,
});

const makerValues = (maker: Maker): Record<string, string> => ({
  [`${OURS}manufacturer`]: maker.manufacturer,
  [`${OURS}product`]: maker.product,
});

/** Arming names the machine; without a trial and without a proven kernel nobody asks for it. */
export const noMaker = { [`${OURS}manufacturer`]: null, [`${OURS}product`]: null };

/** Variables by name; null takes one away. */
export type Values = Record<string, string | null>;

/**
 * The block after a change of ours. The sequence number stands at its start and its end: a write torn between the disk's sectors leaves
 * two different ones, and the loader then believes nothing. Other people's lines are kept byte for byte, GRUB's escapes included.
 */
export const formatted = (block: Block, values: Values): Buffer | null => {
  const next = String((Number(variable(block, `${OURS}seq`)) || 0) + 1);
  const foreign = block.filter(line => !line.startsWith(OURS));
  const kept = block.filter(line => line.startsWith(OURS) && !/^enlighten_(seq|mark|end)=/.test(line));
  const mark = values[`${OURS}mark`] ?? (variable(block, `${OURS}mark`) || '0');
  const ours = withValues(kept, { ...values, [`${OURS}mark`]: null });
  const head = [`${OURS}seq=${next}`, `${OURS}mark=${mark}`];
  return ours.every(isPlainValue) ? formatBlock([...head, ...foreign, ...ours, `${OURS}end=${next}`]) : null;
};

/** Does the block hold exactly these already? What only counts its writes does not matter. */
export const says = (block: Block, values: Values): boolean =>
  Object.entries(values).every(
    ([name, value]) => /^enlighten_(seq|end)$/.test(name) || variable(block, name) === (value ?? ''),
  );

/** What arming adds and a verdict takes back. */
export const noTrial = { ...entryValues('trial', null), [`${OURS}nonce`]: null, [`${OURS}state`]: null };

export const armedValues = (entry: BootEntry, maker: Maker, nonce: string): Values => ({
  ...entryValues('trial', entry),
  ...makerValues(maker),
  [`${OURS}nonce`]: nonce,
  [`${OURS}state`]: 'armed',
  [`${OURS}mark`]: '0',
});

export const promotedValues = (entry: BootEntry, maker: Maker): Values => ({
  ...noTrial,
  ...entryValues('proven', entry),
  ...makerValues(maker),
  [`${OURS}failed`]: '0',
});
