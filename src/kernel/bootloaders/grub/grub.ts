/** GRUB 2, as Debian configures it. The protocol with custom.cfg is written down at the head of packaging/grub/custom.cfg. */
import { EnlightenError } from '../../../errors.ts';
import type { Guest, WritableGuest } from '../../../guest/guest.ts';
import { loaderNotice } from '../../../notices/bootloader.ts';
import type { BootEntry, BootLoader, Maker } from '../bootloader.ts';
import { entryFor } from './config.ts';
import {
  BLOCK_SIZE,
  type Block,
  formatBlock,
  isPlainValue,
  namesIn,
  parseBlock,
  variable,
  withValues,
} from './environment-block.ts';
import { CONFIG, ENVIRONMENT, UNIVERSAL } from './paths.ts';
import { customised, onlyReads, refusal, unkept } from './refusal.ts';

const OURS = 'enlighten_';

interface Held {
  bytes: Buffer;
  block: Block;
}

/** Null where there is no block, or none that GRUB could read: then nothing of ours is there, and custom.cfg boots the universal kernel. */
const heldBlock = async (guest: Guest): Promise<Held | null> => {
  const stat = await guest.stat(ENVIRONMENT);
  if (stat?.kind !== 'file' || stat.size !== BLOCK_SIZE) return null;
  const bytes = await guest.read(ENVIRONMENT, BLOCK_SIZE);
  const block = bytes && parseBlock(bytes);
  return bytes && block && { bytes, block };
};

const readBlock = async (guest: Guest): Promise<Held> => {
  const held = await heldBlock(guest);
  if (held !== null) return held;
  throw new EnlightenError('unreadable', {
    tried: 'read',
    on: ENVIRONMENT,
    happened: 'it is absent, or no GRUB environment block',
    remedy: 'Create it with `grub-editenv /boot/grub/grubenv create`.',
  });
};

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
const noMaker = { [`${OURS}manufacturer`]: null, [`${OURS}product`]: null };

type Values = Record<string, string | null>;

/**
 * Takes the mark back: only GRUB's next boot, on the machine it then runs on, sets it again. Where GRUB cannot write it is never asked
 * to: it would complain at every boot, and wait for a key.
 */
const unmarked = async (guest: Guest): Promise<Values> => ({
  [`${OURS}mark`]: (await onlyReads(guest)) ? 'read-only' : '0',
});

/**
 * The block after a change of ours. The sequence number stands at its start and its end: a write torn between the disk's sectors leaves
 * two different ones, and custom.cfg then believes nothing. Other people's lines are kept byte for byte, GRUB's escapes included.
 */
const formatted = (block: Block, values: Values): Buffer | null => {
  const next = String((Number(variable(block, `${OURS}seq`)) || 0) + 1);
  const foreign = block.filter(line => !line.startsWith(OURS));
  const kept = block.filter(line => line.startsWith(OURS) && !/^enlighten_(seq|mark|end)=/.test(line));
  const mark = values[`${OURS}mark`] ?? (variable(block, `${OURS}mark`) || '0');
  const ours = withValues(kept, { ...values, [`${OURS}mark`]: null });
  const head = [`${OURS}seq=${next}`, `${OURS}mark=${mark}`];
  return ours.every(isPlainValue) ? formatBlock([...head, ...foreign, ...ours, `${OURS}end=${next}`]) : null;
};

const changed = (block: Block, values: Values): Buffer => {
  const bytes = formatted(block, values);
  if (bytes !== null) return bytes;
  const happened = 'the values do not fit into 1,024 bytes of plain text';
  throw new EnlightenError('unwritable', { tried: 'write', on: ENVIRONMENT, happened });
};

/** What arming adds and a verdict takes back. */
const noTrial = { ...entryValues('trial', null), [`${OURS}nonce`]: null, [`${OURS}state`]: null };

const armedValues = (entry: BootEntry, maker: Maker, nonce: string): Values => ({
  ...entryValues('trial', entry),
  ...makerValues(maker),
  [`${OURS}nonce`]: nonce,
  [`${OURS}state`]: 'armed',
  [`${OURS}mark`]: '0',
});

const promotedValues = (entry: BootEntry, maker: Maker): Values => ({
  ...noTrial,
  ...entryValues('proven', entry),
  ...makerValues(maker),
  [`${OURS}failed`]: '0',
});

/** In place, so that GRUB sees it at once; copy-on-write file systems show GRUB the new bytes only once they are flushed. */
const overwrite = async (guest: WritableGuest, bytes: Buffer): Promise<void> => {
  await guest.overwrite(ENVIRONMENT, bytes);
  if (guest.live && (await onlyReads(guest))) await guest.run('flush-filesystem', [ENVIRONMENT]);
};

const change = async (guest: WritableGuest, values: Values): Promise<void> => {
  const { block } = await readBlock(guest);
  await overwrite(guest, changed(block, values));
};

const universalKernel = async (guest: Guest): Promise<string | null> =>
  /^set enlighten_universal_kernel="([^"]*)"$/m.exec((await guest.text(UNIVERSAL)) ?? '')?.[1] ?? null;

export const grub: BootLoader = {
  name: 'grub',
  refusal,
  unkept,
  sealable: customised,

  async boots(guest) {
    return (await guest.stat(CONFIG)) !== null;
  },

  async entry(guest, kernel) {
    const config = await guest.read(CONFIG, 4 * 1024 * 1024);
    return config === null ? null : entryFor(config.toString('utf8'), kernel.image);
  },

  async state(guest) {
    const block = (await heldBlock(guest))?.block ?? [];
    const value = (name: string): string | null => variable(block, `${OURS}${name}`) || null;
    const state = value('state');
    return {
      trial: state === 'armed' || state === 'spent' ? state : null,
      nonce: value('nonce'),
      proven: value('proven_kernel'),
      marked: value('mark') === '1',
    };
  },

  async effectiveDefault(guest, maker) {
    const block = (await heldBlock(guest))?.block ?? [];
    const value = (name: string): string => variable(block, `${OURS}${name}`);
    const whole = value('seq') !== '' && value('seq') === value('end');
    const home = whole && value('manufacturer') === maker.manufacturer && value('product') === maker.product;
    if (home && value('state') === 'armed') return value('trial_kernel');
    if (home && value('proven_kernel') !== '' && value('failed') === '0') return value('proven_kernel');
    return universalKernel(guest);
  },

  async snapshot(guest) {
    return { path: ENVIRONMENT, bytes: (await readBlock(guest)).bytes };
  },

  async obstacle(guest, { entry, maker }) {
    if (![maker.manufacturer, maker.product].every(name => name !== '' && isPlainValue(name))) {
      return loaderNotice('loader-strings', '/sys/class/dmi/id', `"${maker.manufacturer}", "${maker.product}"`);
    }
    const { block } = await readBlock(guest);
    const armed = formatted(block, armedValues(entry, maker, '0'.repeat(16)));
    const promoted = formatted(block, promotedValues(entry, maker));
    return armed && promoted ? null : loaderNotice('loader-full', ENVIRONMENT, entry.args);
  },

  async arm(guest, entry, maker, nonce) {
    await change(guest, armedValues(entry, maker, nonce));
  },

  async disarm(guest) {
    const held = await heldBlock(guest);
    if (held === null) return;
    const alone = variable(held.block, `${OURS}proven_kernel`) === '';
    await change(guest, alone ? { ...noTrial, ...noMaker } : noTrial);
  },

  async promote(guest, entry, maker) {
    await change(guest, promotedValues(entry, maker));
  },

  async forget(guest) {
    const held = await heldBlock(guest);
    if (held === null) return;
    await change(guest, {
      ...Object.fromEntries(namesIn(held.block, OURS).map(name => [name, null])),
      ...(await unmarked(guest)),
    });
  },

  async restore(guest, bytes) {
    const { block } = await readBlock(guest);
    const before = parseBlock(bytes) ?? [];
    const foreign = (lines: Block) => lines.filter(line => !line.startsWith(OURS));
    const untouched = foreign(block).join('\n') === foreign(before).join('\n');
    const ours = before.filter(line => line.startsWith(OURS));
    const merged = formatBlock([...foreign(block), ...ours]);
    await overwrite(guest, untouched || merged === null ? bytes : merged);
  },

  async seal(guest, universal) {
    await guest.replace(
      UNIVERSAL,
      [
        '# Written by `enlighten seal`: the kernel that boots everywhere. Read by custom.cfg.',
        `set enlighten_universal_kernel="${universal.kernel}"`,
        `set enlighten_universal_initrd="${universal.initrd}"`,
        `set enlighten_universal_args="${universal.args}"`,
        '',
      ].join('\n'),
    );
    if ((await heldBlock(guest)) === null) await guest.replace(ENVIRONMENT, changed([], await unmarked(guest)));
    else await this.forget(guest);
    if (guest.live) await guest.run('flush-filesystem', [ENVIRONMENT]);
  },
};
