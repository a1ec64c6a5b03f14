/**
 * VMware's own transport (`com.vmware.guestInfo`): the variable `guestinfo.ovfEnv` of the virtual machine, asked for by
 * open-vm-tools' clients. The protocol below needs I/O ports, which Node cannot reach. A value ends at its first NUL in
 * both clients (they print C strings): a document in UTF-16 cannot come this way.
 */
import { EnlightenError } from '../../errors.ts';
import type { Guest, Ran } from '../../guest/guest.ts';
import { environmentNotice } from '../../notices/environment.ts';
import { asDocument, isGone, nothing } from './pieces.ts';
import type { Fetched, Transport } from './transport.ts';

const variable = 'guestinfo.ovfEnv';

/** rpctool first: it is small and quick. `guest_rpc.rpci.auth.cmd.info-get` denies it where vmtoolsd may still ask. */
const clients = [
  { query: 'vmware-rpctool', change: 'vmware-rpctool-set' },
  { query: 'vmtoolsd', change: 'vmtoolsd-set' },
] as const;

/**
 * What a client says on stderr when it has no value (open-vm-tools: rpctool.c, lib/rpcOut; the replies are the host's),
 * and what it means. Everything else is a refusal.
 */
const answers: { says: RegExp; means: 'absent' | 'outside' }[] = [
  { says: /^No value found/, means: 'absent' },
  { says: /must be run inside a virtual machine/, means: 'outside' },
  { says: /^Failed sending message to VMware/, means: 'outside' }, // rpctool before 11
  { says: /^$/, means: 'outside' }, // vmtoolsd
];

export const guestinfo: Transport = {
  name: 'guestinfo',

  async fetch(guest) {
    let refused: Fetched = nothing;
    let someone = !guest.live; // on a folder nobody can be asked, and that tells nothing
    for (const { query } of clients) {
      const source = `${variable} (${query})`;
      const asked = await ask(guest, query, source);
      if (asked === null) continue; // not installed
      someone = true;
      if ('found' in asked) return asked;
      if (asked.exitCode === 0) return asDocument('guestinfo', source, valueIn(asked.stdout));
      const said = asked.stderr.trim();
      const means = answers.find(({ says }) => says.test(said))?.means;
      if (means === 'absent') return nothing;
      if (means === 'outside') break;
      refused = failed(source, said.slice(0, 200));
    }
    return someone ? refused : withoutClient;
  },

  /** The variable can be neither removed nor emptied from inside: a blank takes its place. */
  async scrub(guest) {
    for (const { change } of clients) {
      try {
        if ((await guest.run(change, [`info-set ${variable}  `])).exitCode === 0) break;
      } catch (error) {
        if (!(error instanceof EnlightenError && error.code === 'not-a-tool')) throw error;
      }
    }
    return isGone(guestinfo, guest);
  },
};

const withoutClient: Fetched = { ...nothing, hindered: environmentNotice('environment-no-client', variable) };

const ask = async (
  guest: Guest,
  client: (typeof clients)[number]['query'],
  source: string,
): Promise<Ran | Fetched | null> => {
  try {
    return await guest.query(client, [`info-get ${variable}`]);
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    // A client that hangs waits for the host, and so would the other one.
    return error.code === 'too-large'
      ? { found: null, notices: [environmentNotice('environment-too-large', source, '1 MiB')] }
      : failed(source, error.message);
  }
};

/** The client ends the value with a line feed of its own. */
const valueIn = (stdout: string): Buffer => Buffer.from(stdout.replace(/\n$/, ''), 'latin1');

const failed = (source: string, why: string): Fetched => ({
  found: null,
  notices: [environmentNotice('environment-unreadable', source, why)],
});
