/** Wishes held against the descriptor they are for: its defaults filled in, and whatever it does not provide for refused. */
import { EnlightenError } from '../../errors.ts';
import type { Declaration } from '../descriptor/declaration.ts';
import { declaredIn } from '../descriptor/envelope.ts';
import { complaintAbout } from '../descriptor/value.ts';
import type { FetchedDocument } from '../environment.ts';
import { envelopes } from '../namespaces.ts';
import { rootOf } from '../xml/root.ts';
import type { Element } from '../xml/tree.ts';
import type { Wishes } from './document.ts';

type Properties = Wishes['properties'];

/**
 * This machine's wishes, and those of its siblings, as the appliance's descriptor means them. A property without default that nobody
 * set is left out.
 * @throws EnlightenError `usage`, with every complaint about keys and values in it (never a value); `refused` for what is no descriptor
 */
export const asDeclared = async (wishes: Wishes, descriptor: FetchedDocument): Promise<Wishes> => {
  const envelope = await envelopeIn(descriptor);
  const machines = [{ id: wishes.id, properties: wishes.properties }, ...wishes.peers];
  const [own, ...peers] = machines.map(({ id, properties }) => {
    const { declarations } = declaredIn(envelope, id || null);
    return { id, properties: filled(properties, declarations), complaints: complaintsAbout(properties, declarations) };
  });
  const complaints = [
    ...(own?.complaints ?? []),
    ...peers.flatMap(peer => peer.complaints.map(it => `${peer.id}:${it}`)),
  ];
  if (complaints.length > 0)
    throw new EnlightenError('usage', {
      tried: 'write',
      on: 'the environment',
      happened: complaints.join('; '),
      remedy: `The properties and their types are those of ${descriptor.source}.`,
    });
  return {
    id: wishes.id,
    properties: own?.properties ?? {},
    peers: peers.map(({ id, properties }) => ({ id, properties })),
  };
};

const filled = (properties: Properties, declarations: Record<string, Declaration>): Record<string, string> => {
  const defaults = Object.entries(declarations).flatMap(([key, declaration]) =>
    declaration.default === null ? [] : [[key, declaration.default] as const],
  );
  return Object.fromEntries([...defaults, ...Object.entries(properties)]);
};

const complaintsAbout = (properties: Properties, declarations: Record<string, Declaration>): string[] => {
  const known = Object.keys(declarations);
  return Object.entries(properties).flatMap(([key, value]) => {
    const declaration = Object.hasOwn(declarations, key) ? declarations[key] : undefined;
    const complaint =
      declaration === undefined
        ? `it is not in the descriptor, which has ${known.join(', ') || 'no properties'}`
        : complaintAboutWish(value, declaration);
    return complaint === null ? [] : [`${key}: ${complaint}`];
  });
};

/** `ovf:userConfigurable` is false where it is not said (DSP0243 §9.5.1): such a property keeps the vendor's value. */
const complaintAboutWish = (value: string, declaration: Declaration): string | null =>
  declaration.userConfigurable || value === declaration.default
    ? complaintAbout(value, declaration)
    : 'it is not the deployer’s to set: the descriptor does not call it userConfigurable';

const envelopeIn = async ({ document, source }: FetchedDocument): Promise<Element> => {
  const refused = (happened: string): EnlightenError =>
    new EnlightenError('refused', { tried: 'read the descriptor', on: source, happened });
  const read = await rootOf(document);
  if ('refused' in read) throw refused([read.refused, read.detail].filter(Boolean).join(', '));
  const { root } = read;
  if (root.local === 'Envelope' && envelopes.includes(root.namespace ?? '')) return root;
  throw refused('its root is no OVF Envelope');
};
