/** What only ethtool(8) can ask and set: rings, channels, offloads. A child process for each look, so only where a profile asks for it. */
import { EnlightenError } from '../errors.ts';
import type { Guest, Ran } from '../guest/guest.ts';
import { actionNotice } from '../notices/actions.ts';
import type { NetworkStep } from '../profiles/step.ts';
import { type EthtoolAttribute, ethtoolWords, isEthtool } from '../profiles/where.ts';
import type { Action } from './action.ts';

const ASK = {
  rings: 'interface-rings',
  channels: 'interface-channels',
  features: 'interface-features',
} as const;
const SET = {
  rings: 'set-interface-rings',
  channels: 'set-interface-channels',
  features: 'set-interface-features',
} as const;

interface Shown {
  current: string;
  /** null of what has no number. */
  most: string | null;
  /** `[fixed]`: the driver lets nobody change it. */
  fixed: boolean;
}

/** `RX:  256` below `Pre-set maximums:` and again below `Current hardware settings:`; `generic-receive-offload: on [fixed]`. */
const shownIn = (stdout: string, name: string): Shown | null => {
  const values = stdout.split('\n').flatMap(line => {
    const [key = '', value] = line.split(':').map(part => part.trim());
    return key === name && value !== undefined ? [value] : [];
  });
  const last = values.at(-1);
  if (last === undefined || last === 'n/a') return null;
  const most = values.length > 1 ? (values[0] ?? null) : null;
  return { current: last.replace(/ \[.*$/, ''), most, fixed: /\[fixed\]/.test(last) };
};

/** A number beyond what the card offers means its most. */
const within = (desired: string, most: string | null): string =>
  most !== null && /^\d+$/.test(most) && /^\d+$/.test(desired) && BigInt(desired) > BigInt(most) ? most : desired;

const said = (ran: Ran | null): string => (ran === null ? 'it is not installed' : ran.stderr.trim().slice(0, 200));

const look = async (guest: Guest, device: string, attribute: EthtoolAttribute): Promise<Shown | string> => {
  const { table, shown } = ethtoolWords[attribute];
  const ran = await guest.query(ASK[table], [device]);
  return (ran?.exitCode === 0 ? shownIn(ran.stdout, shown) : null) ?? said(ran);
};

const set = async (
  guest: Parameters<Action<NetworkStep>['apply']>[1],
  device: string,
  attribute: EthtoolAttribute,
  value: string,
): Promise<void> => {
  const { table, word } = ethtoolWords[attribute];
  const { exitCode, stderr } = await guest.run(SET[table], [device, word, value]);
  const now = await look(guest, device, attribute);
  if (exitCode === 0 && typeof now !== 'string' && now.current === value) return;
  const happened = stderr.trim().slice(0, 400) || `ethtool took ${value} and ${JSON.stringify(now)} holds`;
  throw new EnlightenError('tool-failed', { tried: `set ${word} of`, on: device, happened });
};

const attributeIn = (id: string): EthtoolAttribute | null => {
  const attribute = id.slice(id.lastIndexOf(':') + 1);
  return isEthtool(attribute) ? attribute : null;
};

export const ethtoolAction: Action<NetworkStep> = {
  async check({ id, device, attribute, desired, path }, guest) {
    const known = attributeIn(id);
    if (known === null || (await guest.stat(path)) === null) {
      return { current: null, state: 'blocked', by: actionNotice('attribute-absent', id, path) };
    }
    const now = await look(guest, device, known);
    if (typeof now === 'string')
      return { current: null, state: 'blocked', by: actionNotice('ethtool-missing', id, now) };
    const { current, most, fixed } = now;
    if (current === within(desired, most)) return { current, state: 'satisfied' };
    if (fixed) return { current, state: 'blocked', by: actionNotice('attribute-read-only', id, attribute) };
    return { current, state: 'pending' };
  },

  async apply(step, guest, journal) {
    const { id, device, desired, path } = step;
    const attribute = attributeIn(id);
    const now = attribute === null ? 'it is no word of ethtool' : await look(guest, device, attribute);
    if (attribute === null || typeof now === 'string') {
      throw new EnlightenError('tool-failed', { tried: 'set', on: id, happened: String(now) });
    }
    const after = within(desired, now.most);
    await journal.around(step, { path, before: now.current, after }, () => set(guest, device, attribute, after));
  },

  async undo(entry, guest, journal) {
    const attribute = attributeIn(entry.id);
    // A removed card took its settings with it.
    if (attribute !== null && (await guest.stat(entry.path)) !== null) {
      await set(guest, entry.path.slice('/sys/class/net/'.length), attribute, entry.before);
    }
    await journal.undone(entry);
  },
};
