/** GRUB 2, as Debian configures it. The protocol with custom.cfg is written down at the head of packaging/grub/custom.cfg. */
import { EnlightenError } from '../../../errors.ts';
import type { Guest, WritableGuest } from '../../../guest/guest.ts';
import { loaderNotice } from '../../../notices/bootloader.ts';
import type { InstalledKernel } from '../../installed.ts';
import { entryOf } from '../bls/entries.ts';
import type { BootEntry, BootLoader } from '../bootloader.ts';
import { entryFor, readsEntryFiles } from './config.ts';
import { type Block, formatBlock, isPlainValue, namesIn, parseBlock, variable } from './environment-block.ts';
import { heldBlock, isTorn, readBlock } from './held.ts';
import { debian, fedora, type Place } from './paths.ts';
import { customised, onlyReads, refusal, unkept } from './refusal.ts';
import { armedValues, formatted, noMaker, noTrial, OURS, promotedValues, type Values } from './values.ts';

/**
 * Takes the mark back: only GRUB's next boot, on the machine it then runs on, sets it again. Where GRUB cannot write it is never asked
 * to: it would complain at every boot, and wait for a key.
 */
const unmarked = async (guest: Guest, place: Place): Promise<Values> => ({
  [`${OURS}mark`]: (await onlyReads(guest, place)) ? 'read-only' : '0',
});

const changed = (place: Place, block: Block, values: Values): Buffer => {
  const bytes = formatted(block, values);
  if (bytes !== null) return bytes;
  const happened = 'the values do not fit into 1,024 bytes of plain text';
  throw new EnlightenError('unwritable', { tried: 'write', on: place.environment, happened });
};

/** In place, so that GRUB sees it at once; copy-on-write file systems show GRUB the new bytes only once they are flushed. */
const overwrite = async (guest: WritableGuest, place: Place, bytes: Buffer): Promise<void> => {
  await guest.overwrite(place.environment, bytes);
  if (guest.live && (await onlyReads(guest, place))) await guest.run('flush-filesystem', [place.environment]);
};

const change = async (guest: WritableGuest, place: Place, values: Values): Promise<void> => {
  const { block } = await readBlock(guest, place);
  await overwrite(guest, place, changed(place, block, values));
};

/** GRUB expands variables in entry files; those nobody set are empty there. */
const blsEntry = async (guest: Guest, place: Place, kernel: InstalledKernel): Promise<BootEntry | null> => {
  const block = (await heldBlock(guest, place))?.block ?? [];
  return entryOf(guest, kernel, name => variable(block, name));
};

const universalKernel = async (guest: Guest, place: Place): Promise<string | null> =>
  /^set enlighten_universal_kernel="([^"]*)"$/m.exec((await guest.text(place.universal)) ?? '')?.[1] ?? null;

const grubAt = (place: Place): BootLoader => ({
  name: 'grub',
  refusal: guest => refusal(guest, place),
  unkept: guest => unkept(guest, place),
  sealable: guest => customised(guest, place),

  async boots(guest) {
    return ((await guest.stat(place.config)) ?? (await guest.stat(place.environment))) !== null;
  },

  async entry(guest, kernel) {
    const config = await guest.read(place.config, 4 * 1024 * 1024);
    const text = config?.toString('utf8') ?? '';
    return entryFor(text, kernel.image) ?? (readsEntryFiles(text) ? blsEntry(guest, place, kernel) : null);
  },

  async state(guest) {
    const block = (await heldBlock(guest, place))?.block ?? [];
    const value = (name: string): string | null => variable(block, `${OURS}${name}`) || null;
    const [state, initrd] = [value('state'), value('proven_initrd')];
    return {
      trial: state === 'armed' || state === 'spent' ? state : null,
      nonce: value('nonce'),
      proven: value('proven_kernel'),
      ...(initrd === null ? {} : { initrd }),
      ...(value('failed') === '1' ? { failed: true as const } : {}),
      marked: value('mark') === '1',
      ...((await isTorn(guest, place)) ? { torn: true as const } : {}),
    };
  },

  async effectiveDefault(guest, maker) {
    const block = (await heldBlock(guest, place))?.block ?? [];
    const value = (name: string): string => variable(block, `${OURS}${name}`);
    const whole = value('seq') !== '' && value('seq') === value('end');
    const home = whole && value('manufacturer') === maker.manufacturer && value('product') === maker.product;
    if (home && value('state') === 'armed') return value('trial_kernel');
    if (home && value('proven_kernel') !== '' && value('failed') === '0') return value('proven_kernel');
    return universalKernel(guest, place);
  },

  async snapshot(guest) {
    return { path: place.environment, bytes: (await readBlock(guest, place)).bytes };
  },

  async obstacle(guest, { entry, maker }) {
    if (![maker.manufacturer, maker.product].every(name => name !== '' && isPlainValue(name))) {
      return loaderNotice('loader-strings', '/sys/class/dmi/id', `"${maker.manufacturer}", "${maker.product}"`);
    }
    const { block } = await readBlock(guest, place);
    const armed = formatted(block, armedValues(entry, maker, '0'.repeat(16)));
    const promoted = formatted(block, promotedValues(entry, maker));
    return armed && promoted ? null : loaderNotice('loader-full', place.environment, entry.args);
  },

  async arm(guest, entry, maker, nonce) {
    await change(guest, place, armedValues(entry, maker, nonce));
  },

  async disarm(guest) {
    const held = await heldBlock(guest, place);
    if (held === null) return;
    const alone = variable(held.block, `${OURS}proven_kernel`) === '';
    await change(guest, place, alone ? { ...noTrial, ...noMaker } : noTrial);
  },

  async promote(guest, entry, maker) {
    await change(guest, place, {
      ...promotedValues(entry, maker),
      ...((await onlyReads(guest, place)) ? await unmarked(guest, place) : {}),
    });
  },

  async forget(guest) {
    const held = await heldBlock(guest, place);
    if (held === null) return;
    await change(guest, place, {
      ...Object.fromEntries(namesIn(held.block, OURS).map(name => [name, null])),
      ...(await unmarked(guest, place)),
    });
  },

  async restore(guest, bytes) {
    // In a torn block nobody's lines can be told from remains of ours.
    if (await isTorn(guest, place)) return guest.overwrite(place.environment, bytes);
    const { block } = await readBlock(guest, place);
    const before = parseBlock(bytes) ?? [];
    const foreign = (lines: Block) => lines.filter(line => !line.startsWith(OURS));
    const untouched = foreign(block).join('\n') === foreign(before).join('\n');
    const ours = before.filter(line => line.startsWith(OURS));
    const merged = formatBlock([...foreign(block), ...ours]);
    await overwrite(guest, place, untouched || merged === null ? bytes : merged);
  },

  async seal(guest, universal) {
    await guest.replace(
      place.universal,
      [
        '# Written by `enlighten seal`: the kernel that boots everywhere. Read by custom.cfg.',
        `set enlighten_universal_kernel="${universal.kernel}"`,
        `set enlighten_universal_initrd="${universal.initrd}"`,
        `set enlighten_universal_args="${universal.args}"`,
        '',
      ].join('\n'),
    );
    if ((await heldBlock(guest, place)) === null)
      await guest.replace(place.environment, changed(place, [], await unmarked(guest, place)));
    else await this.forget(guest);
    if (guest.live) await guest.run('flush-filesystem', [place.environment]);
  },
});

export const grub = grubAt(debian);
/** With entries of their own files (BLS) where grub.cfg says `blscfg`. */
export const grub2 = grubAt(fedora);
