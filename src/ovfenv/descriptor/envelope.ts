/** The properties an OVF envelope declares (DSP0243 §9.5): for the machine at hand, and which are passwords for any machine in it. */
import { vmwareEnvelope } from '../namespaces.ts';
import { attributeIn, within } from '../sections.ts';
import type { Element } from '../xml/tree.ts';
import type { Declaration } from './declaration.ts';
import { qualifiersIn } from './qualifiers.ts';

export interface Declared {
  declarations: Record<string, Declaration>;
  passwords: string[];
}

/** Vendors' attributes without prefix are taken as they are: the descriptor is not the deployer's to correct. */
const silent = (): void => {};
const attribute = (element: Element, local: string): string | null => attributeIn(element, local, silent);

/** A virtual machine of the envelope, and the ProductSections whose properties it sees. */
interface System {
  id: string | null;
  sections: Element[];
}

/** @param id the virtual system's, from the environment; VMware leaves it empty: then all of them are meant. */
export const declaredIn = (envelope: Element, id: string | null): Declared => {
  const systems = systemsIn(envelope, []);
  const mine = systems.filter(system => id !== null && system.id === id);
  const seen = (mine.length > 0 ? mine : systems).flatMap(({ sections }) => sections.flatMap(propertiesIn));
  const all = systems.flatMap(({ sections }) => sections.flatMap(propertiesIn));
  return {
    declarations: Object.fromEntries(seen.map(declaration => [environmentKey(declaration), declaration])),
    passwords: [...new Set(all.filter(({ password }) => password).map(environmentKey))],
  };
};

/** A system sees its own properties and those of its immediate parent; where both declare one, its own counts (DSP0243 §11). */
const systemsIn = (parent: Element, inherited: Element[]): System[] =>
  parent.children
    .filter(({ namespace }) => namespace === parent.namespace)
    .flatMap(child => {
      const own = within(child, child.namespace ?? '', 'ProductSection');
      if (child.local === 'VirtualSystemCollection') return systemsIn(child, own);
      return child.local === 'VirtualSystem' ? [{ id: attribute(child, 'id'), sections: [...inherited, ...own] }] : [];
    });

/** `[class.]key[.instance]` */
const environmentKey = ({ class: category, key, instance }: Declaration): string =>
  [category, key, instance].filter(part => part !== null).join('.');

/** What a person reads is cut: the whole list is stored and published at every boot. */
const longestLabel = 200;
const longestDescription = 1000;

const propertiesIn = (section: Element): Declaration[] => {
  const declarations: Declaration[] = [];
  let category: string | null = null;
  for (const child of section.children.filter(({ namespace }) => namespace === section.namespace)) {
    if (child.local === 'Category') category = child.text.trim().slice(0, longestLabel) || null;
    const key = child.local === 'Property' ? attribute(child, 'key') : null;
    if (key) declarations.push(declarationOf(child, key, section, category));
  }
  return declarations;
};

const declarationOf = (property: Element, key: string, section: Element, category: string | null): Declaration => {
  const textOf = (local: string, longest: number): string | null =>
    within(property, property.namespace ?? '', local)[0]
      ?.text.trim()
      .slice(0, longest) || null;
  const vmware = property.attributes.find(
    ({ namespace, local }) => namespace === vmwareEnvelope && local === 'qualifiers',
  );
  return {
    type: attribute(property, 'type'),
    default: defaultOf(property),
    qualifiers: qualifiersIn(attribute(property, 'qualifiers'), vmware?.value ?? null),
    userConfigurable: isTrue(attribute(property, 'userConfigurable')),
    password: isTrue(attribute(property, 'password')),
    class: attribute(section, 'class') || null,
    key,
    instance: attribute(section, 'instance') || null,
    label: textOf('Label', longestLabel),
    description: textOf('Description', longestDescription),
    category,
  };
};

/** A Value for one configuration does not count: the environment does not say which the deployer chose. */
const defaultOf = (property: Element): string | null => {
  const values = within(property, property.namespace ?? '', 'Value');
  const general = values.find(value => attribute(value, 'configuration') === null);
  return attribute(property, 'value') ?? (general === undefined ? null : attribute(general, 'value'));
};

/** xs:boolean */
const isTrue = (text: string | null): boolean => /^\s*(?:true|1)\s*$/i.test(text ?? '');
