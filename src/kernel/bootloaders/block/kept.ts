/** The part of a boot loader that is kept in an environment block: which kernel is tried, which is proven, and on which machine. */
import { EnlightenError } from '../../../errors.ts';
import type { Guest, Path, WritableGuest } from '../../../guest/guest.ts';
import { loaderNotice } from '../../../notices/bootloader.ts';
import type { BootLoader } from '../bootloader.ts';
import { onlyReads } from './checks.ts';
import { type Block, formatBlock, isPlainValue, namesIn, parseBlock, variable } from './environment-block.ts';
import { heldBlock, isTorn, readBlock } from './held.ts';
import { armedValues, formatted, noMaker, noTrial, OURS, promotedValues, says, type Values } from './values.ts';

/** The loader whose block it is. */
interface Keeper {
  environment: Path;
  /** Path of the kernel that `enlighten seal` named; null before. */
  universal(guest: Guest): Promise<string | null>;
  /** Would it start what the block says is armed? GRUB marks a trial that it starts as spent by itself, so there it would. */
  starts(guest: Guest): Promise<boolean>;
}

type Kept = Pick<
  BootLoader,
  'state' | 'effectiveDefault' | 'snapshot' | 'obstacle' | 'arm' | 'disarm' | 'promote' | 'forget' | 'restore'
>;

interface Sealing {
  /** Makes the block of an image that has none, or forgets everything of ours in it. */
  clear(guest: WritableGuest): Promise<void>;
}

export const keptIn = ({ environment, universal, starts }: Keeper): Kept & Sealing => {
  /**
   * Takes the mark back: only GRUB's next boot, on the machine it then runs on, sets it again. Where GRUB cannot write it is never asked
   * to: it would complain at every boot, and wait for a key.
   */
  const unmarked = async (guest: Guest): Promise<Values> => ({
    [`${OURS}mark`]: (await onlyReads(guest, environment)) ? 'read-only' : '0',
  });

  const changed = (block: Block, values: Values): Buffer => {
    const bytes = formatted(block, values);
    if (bytes !== null) return bytes;
    const happened = 'the values do not fit into 1,024 bytes of plain text';
    throw new EnlightenError('unwritable', { tried: 'write', on: environment, happened });
  };

  /** In place, so that the loader sees it at once; copy-on-write file systems show it the new bytes only once they are flushed. */
  const overwrite = async (guest: WritableGuest, bytes: Buffer): Promise<void> => {
    await guest.overwrite(environment, bytes);
    if (guest.live && (await onlyReads(guest, environment))) await guest.run('flush-filesystem', [environment]);
  };

  /** A whole block that says so already is left alone: a trial by kexec is none of its business. */
  const change = async (guest: WritableGuest, values: Values): Promise<void> => {
    const { block } = await readBlock(guest, environment);
    if (says(block, values) && !(await isTorn(guest, environment))) return;
    await overwrite(guest, changed(block, values));
  };

  const forget = async (guest: WritableGuest): Promise<void> => {
    const held = await heldBlock(guest, environment);
    if (held === null) return;
    await change(guest, {
      ...Object.fromEntries(namesIn(held.block, OURS).map(name => [name, null])),
      ...(await unmarked(guest)),
    });
  };

  return {
    async state(guest) {
      const block = (await heldBlock(guest, environment))?.block ?? [];
      const value = (name: string): string | null => variable(block, `${OURS}${name}`) || null;
      const [state, initrd] = [value('state'), value('proven_initrd')];
      const armed = state === 'armed' && (await starts(guest));
      return {
        trial: armed ? 'armed' : state === 'armed' || state === 'spent' ? 'spent' : null,
        nonce: value('nonce'),
        proven: value('proven_kernel'),
        ...(initrd === null ? {} : { initrd }),
        ...(value('failed') === '1' ? { failed: true as const } : {}),
        marked: value('mark') === '1',
        ...((await isTorn(guest, environment)) ? { torn: true as const } : {}),
      };
    },

    async effectiveDefault(guest, maker) {
      const block = (await heldBlock(guest, environment))?.block ?? [];
      const value = (name: string): string => variable(block, `${OURS}${name}`);
      const whole = value('seq') !== '' && value('seq') === value('end');
      const home = whole && value('manufacturer') === maker.manufacturer && value('product') === maker.product;
      if (home && value('state') === 'armed' && (await starts(guest))) return value('trial_kernel');
      if (home && value('proven_kernel') !== '' && value('failed') === '0') return value('proven_kernel');
      return universal(guest);
    },

    async snapshot(guest) {
      return { path: environment, bytes: (await readBlock(guest, environment)).bytes };
    },

    async obstacle(guest, { entry, maker }) {
      if (![maker.manufacturer, maker.product].every(name => name !== '' && isPlainValue(name))) {
        return loaderNotice('loader-strings', '/sys/class/dmi/id', `"${maker.manufacturer}", "${maker.product}"`);
      }
      const { block } = await readBlock(guest, environment);
      const armed = formatted(block, armedValues(entry, maker, '0'.repeat(16)));
      const promoted = formatted(block, promotedValues(entry, maker));
      return armed && promoted ? null : loaderNotice('loader-full', environment, entry.args);
    },

    async arm(guest, entry, maker, nonce) {
      await change(guest, armedValues(entry, maker, nonce));
    },

    async disarm(guest) {
      const held = await heldBlock(guest, environment);
      if (held === null) return;
      const alone = variable(held.block, `${OURS}proven_kernel`) === '';
      await change(guest, alone ? { ...noTrial, ...noMaker } : noTrial);
    },

    async promote(guest, entry, maker) {
      await change(guest, {
        ...promotedValues(entry, maker),
        ...((await onlyReads(guest, environment)) ? await unmarked(guest) : {}),
      });
    },

    forget,

    async restore(guest, bytes) {
      // In a torn block nobody's lines can be told from remains of ours.
      if (await isTorn(guest, environment)) return guest.overwrite(environment, bytes);
      const { block } = await readBlock(guest, environment);
      const before = parseBlock(bytes) ?? [];
      const foreign = (lines: Block) => lines.filter(line => !line.startsWith(OURS));
      const untouched = foreign(block).join('\n') === foreign(before).join('\n');
      const ours = before.filter(line => line.startsWith(OURS));
      const merged = formatBlock([...foreign(block), ...ours]);
      await overwrite(guest, untouched || merged === null ? bytes : merged);
    },

    async clear(guest) {
      if ((await heldBlock(guest, environment)) !== null) return forget(guest);
      await guest.replace(environment, changed([], await unmarked(guest)));
    },
  };
};
