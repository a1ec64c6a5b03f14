/**
 * Azure's provisioning document: an Environment of the standard whose content is Azure's own (cloud-init, sources/helpers/azure.py,
 * OvfEnvXml; WALinuxAgent, protocol/ovfenv.py). It has no PropertySection; what it says becomes properties named `azure.…`:
 *
 *     azure.hostName  azure.userName  azure.disableSshPasswordAuthentication   of the LinuxProvisioningConfigurationSet
 *     azure.userPassword  azure.customData                                     too, both secrets; the latter is Base64 as delivered
 *     azure.sshPublicKey.1.path .fingerprint .value                            numbered from 1
 *     azure.provisionGuestAgent  azure.preprovisionedVm …                      of the PlatformSettings
 */
import { namespaces } from './namespaces.ts';
import type { Element } from './xml/tree.ts';

/** Where the settings lie below the root; each of their elements without children is one. */
const groups = [
  ['ProvisioningSection', 'LinuxProvisioningConfigurationSet'],
  ['PlatformSettingsSection', 'PlatformSettings'],
];
const publicKeys = [...(groups[0] ?? []), 'SSH', 'PublicKeys', 'PublicKey'];

/** Whether the environment's content is Azure's. */
export const isAzure = (root: Element): boolean => root.children.some(child => child.namespace === namespaces.azure);

/** What the document sets, by property; empty for one that is not Azure's. */
export const azurePropertiesIn = (root: Element): Record<string, string> =>
  Object.fromEntries([
    ...groups.flatMap(path => below(root, path)).flatMap(group => settingsOf(group, 'azure')),
    ...below(root, publicKeys).flatMap((key, at) => settingsOf(key, `azure.sshPublicKey.${at + 1}`)),
  ]);

/** The elements at the end of a path of names. */
const below = (top: Element, path: readonly string[]): Element[] =>
  path.reduce<Element[]>(
    (elements, local) => elements.flatMap(({ children }) => children.filter(child => isNamed(child, local))),
    [top],
  );

const isNamed = (element: Element, local: string): boolean =>
  element.namespace === namespaces.azure && element.local === local;

const settingsOf = ({ children }: Element, prefix: string): [key: string, value: string][] =>
  children
    .filter(child => child.namespace === namespaces.azure && child.children.length === 0 && !isNil(child))
    .map(({ local, text }) => [`${prefix}.${local.charAt(0).toLowerCase()}${local.slice(1)}`, text.trim()]);

/** `i:nil="true"` is how Azure writes that there is none (XML Schema 1.0 §2.6.2). */
const isNil = ({ attributes }: Element): boolean =>
  attributes.some(({ local, value }) => local === 'nil' && /^(true|1)$/.test(value));
