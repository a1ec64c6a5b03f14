/**
 * Xen: the document in xenstore, under `vm-data/`, which XenServer and XCP-ng made the place for what an administrator tells
 * a guest. The value of `vm-data/ovfenv`, or, as a value ends at 4 KiB with its path, the pieces `vm-data/ovfenv/0`,
 * `vm-data/ovfenv/1` … Before the guest runs, in dom0:
 *
 *     xe vm-param-set uuid=UUID xenstore-data:vm-data/ovfenv="$(cat ovf-env.xml)"           (XenServer, XCP-ng)
 *     xl create -p GUEST.cfg; xenstore-write /local/domain/ID/vm-data/ovfenv "$(cat ovf-env.xml)"; xl unpause GUEST
 *
 * The guest may not write there, so that nothing can be scrubbed.
 */
import { EnlightenError } from '../../errors.ts';
import { environmentNotice } from '../../notices/environment.ts';
import { largestDocument } from '../limits.ts';
import { withXenstore, type Xenstore } from '../xenstore/store.ts';
import { asDocument, cut, joined, nothing, pieceNumber } from './pieces.ts';
import type { Fetched, Transport } from './transport.ts';

const node = 'vm-data/ovfenv';

export const xenstore: Transport = {
  name: 'xenstore',

  async fetch(guest) {
    try {
      return (await withXenstore(guest, documentIn)) ?? nothing;
    } catch (error) {
      if (!(error instanceof EnlightenError)) throw error;
      return { found: null, notices: [environmentNotice('environment-unreadable', node, error.message)] };
    }
  },
};

/** The nodes that carry a document in UTF-8, below the domain's own path, for dom0 to write; half of what a message holds. */
export const xenstoreNodesOf = (document: Buffer): [path: string, value: string][] => {
  const pieces = cut(document, 2048);
  return pieces.length === 1
    ? [[node, pieces[0] as string]]
    : pieces.map((piece, number) => [`${node}/${number}`, piece]);
};

const documentIn = async (store: Xenstore): Promise<Fetched> => {
  const value = await store.read(node);
  if (value === null) return nothing;
  const whole = asDocument('xenstore', node, value);
  if (whole.found !== null) return whole;
  const pieces = new Map<number, Buffer>();
  let total = 0;
  for (const name of await store.children(node)) {
    const number = pieceNumber(name);
    if (number === null || total > largestDocument) continue;
    const piece = (await store.read(`${node}/${name}`)) ?? Buffer.alloc(0);
    pieces.set(number, piece);
    total += piece.length;
  }
  return joined('xenstore', `${node}/*`, pieces);
};
