/**
 * A card gets the name the configuration knows it by, through udev: a .link file that matches its MAC address (systemd.link(5)), which every
 * network service follows, and which means nothing on a machine without that card. In force at once where the card is still down; else,
 * and after an undo, from the next boot on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { EnlightenError } from '../errors.ts';
import type { Guest, Path, WritableGuest } from '../guest/guest.ts';
import { nics } from '../network/nics.ts';
import { movingNotice } from '../notices/moving.ts';
import type { AddressesStep } from '../profiles/step.ts';
import type { Entry } from '../state/journal.ts';
import type { Action } from './action.ts';

const FOLDER = '/etc/systemd/network';
const ABSENT = 'absent';

/** Sorted after a vendor's own files, which win thereby, and before systemd's 99-default.link. */
const pathOf = (name: string): Path => `${FOLDER}/70-enlighten-${name}.link`;

/** Hyper-V's synthetic card and the virtual function below it have the same MAC address. */
const alsoMatches = ({ driver }: AddressesStep): string[] => (driver === 'hv_netvsc' ? ['Driver=hv_netvsc'] : []);

/** The predictable names stay as alternative ones, so that a person finds the card by either. */
const linkFile = (step: AddressesStep): string =>
  [
    '# Written by enlighten: the network of this image is configured for the name below. `enlighten undo` removes this file.',
    '[Match]',
    `MACAddress=${step.mac}`,
    'Type=ether',
    ...alsoMatches(step),
    '',
    '[Link]',
    `Name=${step.name}`,
    'AlternativeNamesPolicy=database onboard slot path',
    'MACAddressPolicy=persistent',
    '',
  ].join('\n');

const UDEVD: readonly Path[] = ['/usr/lib/systemd/systemd-udevd', '/lib/systemd/systemd-udevd', '/usr/bin/udevadm'];

const hasUdev = async (guest: Guest): Promise<boolean> => {
  for (const path of UDEVD) if ((await guest.stat(path)) !== null) return true;
  return false;
};

const PATIENCE_MS = 3000;
const POLL_MS = 50;

/** The card answers to its new name, or does not in time. */
const renamed = async (guest: Guest, { name, mac }: AddressesStep): Promise<boolean> => {
  const until = guest.clock.monotonic() + PATIENCE_MS;
  for (;;) {
    if ((await guest.text(`/sys/class/net/${name}/address`))?.toLowerCase() === mac) return true;
    if (guest.clock.monotonic() > until) return false;
    await sleep(POLL_MS);
  }
};

/** As udev's own maintainers advise to apply .link files without a reboot: `udevadm trigger --action=add` (systemd #23036). */
const applyNow = async (guest: WritableGuest, step: AddressesStep): Promise<void> => {
  if (!guest.live) return;
  const card = (await nics(guest)).find(({ mac }) => mac === step.mac);
  if (card === undefined || card.up) return;
  await guest.run('reload-udev', []);
  await guest.run('announce-interface', [`/sys/class/net/${card.name}`]);
  if (await renamed(guest, step)) return;
  const happened = `udev was told, and ${card.name} kept its name; the next boot tries again`;
  throw new EnlightenError('unwritable', { tried: 'rename', on: step.name, happened });
};

const macIn = (content: string): string => /^MACAddress=(.*)$/m.exec(content)?.[1] ?? '';

/** What people are told: which card the name was given to. */
export const cardNamed = ({ before, after }: Pick<Entry, 'before' | 'after'>): { before: string; after: string } => ({
  before: before === ABSENT ? ABSENT : macIn(before),
  after: macIn(after),
});

export const addressesAction: Action<AddressesStep> = {
  async check(step, guest) {
    const all = await nics(guest);
    const current = all.find(({ mac }) => mac === step.mac)?.name ?? null;
    if (current === step.name) return { current: step.mac, state: 'satisfied' };
    if (!(await hasUdev(guest))) {
      return { current: null, state: 'blocked', by: movingNotice('address-no-udev', step.id) };
    }
    const written = await guest.text(pathOf(step.name));
    // On a folder no card can be renamed: the file is all there is to do.
    return !guest.live && written === linkFile(step).trim()
      ? { current: step.mac, state: 'satisfied' }
      : { current: null, state: 'pending' };
  },

  async apply(step, guest, journal) {
    const path = pathOf(step.name);
    const before = await guest.read(path);
    const content = linkFile(step);
    const record = { path, before: before?.toString('utf8') ?? ABSENT, after: content };
    await journal.around(step, record, async () => {
      await guest.replace(path, content);
      await applyNow(guest, step);
    });
  },

  async undo(entry, guest, journal) {
    const now = (await guest.read(entry.path))?.toString('utf8') ?? ABSENT;
    // What somebody else wrote there since is theirs.
    if (now === entry.after) {
      if (entry.before === ABSENT) await guest.remove(entry.path);
      else await guest.replace(entry.path, entry.before);
    }
    await journal.undone(entry);
  },

  /** The card came along, and the file with it. */
  async everywhere({ after }, guest) {
    return (await nics(guest)).some(({ mac }) => mac === macIn(after));
  },
};
