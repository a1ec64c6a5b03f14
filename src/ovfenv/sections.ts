/** The parts of an environment document. What has another namespace, and every section not listed here, is not ours and is passed over. */
import type { Adapter, Peer, PlatformSection, VmwareIdentity } from './environment.ts';
import { namespaces } from './namespaces.ts';
import type { Remark } from './remarks.ts';
import type { Element } from './xml/tree.ts';

/**
 * An attribute in its element's namespace; null when absent. The schema has `attributeFormDefault="qualified"`, but
 * documents without the prefix exist: accepted with a remark where no qualified one says otherwise.
 */
export const attributeIn = (element: Element, local: string, remark: Remark): string | null => {
  const candidates = element.attributes.filter(attribute => attribute.local === local);
  const qualified = candidates.find(attribute => attribute.namespace === element.namespace);
  if (qualified !== undefined) return qualified.value;
  const bare = candidates.find(attribute => attribute.namespace === null);
  if (bare === undefined) return null;
  remark('environment-unqualified', `${element.local}/@${local}`);
  return bare.value;
};

export const within = (parent: Element, namespace: string, local: string): Element[] =>
  parent.children.filter(child => child.namespace === namespace && child.local === local);

/** All PropertySections below the root or an Entity as one flat list (DSP0243 §11). */
export const propertiesIn = (parent: Element, remark: Remark): Record<string, string> => {
  const properties = new Map<string, string>();
  const sections = within(parent, namespaces.ovf, 'PropertySection');
  for (const property of sections.flatMap(section => within(section, namespaces.ovf, 'Property'))) {
    const key = attributeIn(property, 'key', remark);
    const value = attributeIn(property, 'value', remark);
    if (key === null || key === '' || value === null) {
      remark('environment-incomplete', key ? `Property ${key}` : 'Property');
      continue;
    }
    if (properties.has(key)) remark('environment-duplicate-property', key);
    properties.set(key, value);
  }
  return Object.fromEntries(properties); // defines own properties, even `__proto__`
};

/** The first PlatformSection; null when there is none. Every one of its elements is optional. */
export const platformIn = (root: Element, remark: Remark): PlatformSection | null => {
  const section = within(root, namespaces.ovf, 'PlatformSection')[0];
  if (section === undefined) return null;
  const textOf = (local: string): string | null => within(section, namespaces.ovf, local)[0]?.text.trim() || null;
  return {
    kind: textOf('Kind'),
    version: textOf('Version'),
    vendor: textOf('Vendor'),
    locale: textOf('Locale'),
    timezone: minutesOf(textOf('Timezone'), remark),
  };
};

const minutesOf = (text: string | null, remark: Remark): number | null => {
  if (text === null) return null;
  if (/^[+-]?\d{1,4}$/.test(text)) return Number.parseInt(text, 10);
  remark('environment-timezone', 'Timezone');
  return null;
};

/**
 * The siblings of this virtual system, each with the properties it sees. An Entity may stand for a whole collection, and some
 * write its members into it: they are peers all the same.
 */
export const peersIn = (parent: Element, remark: Remark): Peer[] =>
  within(parent, namespaces.ovf, 'Entity').flatMap(entity => {
    const id = attributeIn(entity, 'id', remark);
    const inner = peersIn(entity, remark);
    if (id !== null && id !== '') return [{ id, properties: propertiesIn(entity, remark) }, ...inner];
    remark('environment-incomplete', 'Entity');
    return inner;
  });

/** VMware's `ve:EthernetAdapterSection`: the only map from MAC addresses to logical networks a guest gets. */
export const adaptersIn = (root: Element, remark: Remark): Adapter[] =>
  within(root, namespaces.vmware, 'EthernetAdapterSection')
    .flatMap(section => within(section, namespaces.vmware, 'Adapter'))
    .flatMap(adapter => {
      const mac = attributeIn(adapter, 'mac', remark)?.toLowerCase();
      const network = attributeIn(adapter, 'network', remark);
      const unit = attributeIn(adapter, 'unitNumber', remark);
      if (mac && network !== null) return [{ mac, network, unitNumber: numberOf(unit) }];
      remark('environment-incomplete', 'Adapter');
      return [];
    });

/** `ve:vCenterId` and `ve:esxId` of the root element. */
export const vmwareIn = (root: Element): VmwareIdentity | null => {
  const attributeOf = (wanted: string): string | null =>
    root.attributes.find(({ namespace, local }) => namespace === namespaces.vmware && local === wanted)?.value || null;
  const identity = { vCenterId: attributeOf('vCenterId'), esxId: attributeOf('esxId') };
  return identity.vCenterId === null && identity.esxId === null ? null : identity;
};

const numberOf = (text: string | null): number | null =>
  text !== null && /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : null;
