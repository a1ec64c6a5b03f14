/** The appliance's own descriptor, where its vendor put it into the image. It is data from outside like any other: bounded, and never thrown over. */
import { EnlightenError } from '../../errors.ts';
import type { Guest } from '../../guest/guest.ts';
import { environmentNotice } from '../../notices/environment.ts';
import type { Notice } from '../../notices/notice.ts';
import { largestDocument } from '../limits.ts';
import { envelopes } from '../namespaces.ts';
import { rootOf } from '../xml/root.ts';
import { type Declared, declaredIn } from './envelope.ts';

export const descriptorPath = '/etc/enlighten/appliance.ovf';

export interface Descriptor extends Declared {
  notices: Notice[];
}

const nothing: Descriptor = { declarations: {}, passwords: [], notices: [] };

const unusable = (detail: string): Descriptor => ({
  ...nothing,
  notices: [environmentNotice('environment-descriptor', descriptorPath, detail)],
});

/** What the descriptor says; nothing, and no Notice, where there is none. @param id the environment's */
export const readDescriptor = async (guest: Guest, id: string | null): Promise<Descriptor> => {
  let bytes: Buffer | null;
  try {
    bytes = await guest.read(descriptorPath, largestDocument);
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    return unusable(error.code === 'too-large' ? `it is larger than ${largestDocument} bytes` : 'it cannot be read');
  }
  if (bytes === null) return nothing;
  const read = await rootOf(bytes);
  if ('refused' in read) return unusable([read.refused, read.detail].filter(Boolean).join(', '));
  const { root } = read;
  if (root.local !== 'Envelope' || !envelopes.includes(root.namespace ?? ''))
    return unusable('its root is no OVF Envelope');
  return { ...declaredIn(root, id), notices: [] };
};
