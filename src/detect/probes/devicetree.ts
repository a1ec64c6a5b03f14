/** The flattened device tree of ARM, RISC-V and POWER. Its strings are lists separated by NULs (Devicetree Specification, 2.3.1). */
import type { Guest } from '../../guest/guest.ts';
import type { Evidence, Hypervisor } from '../detection.ts';
import type { Probe } from './probe.ts';

const TREE = '/proc/device-tree';

const strings = async (guest: Guest, property: string): Promise<string[]> =>
  ((await guest.text(`${TREE}/${property}`)) ?? '').split('\0').filter(part => part !== '');

/** In this order: kvmtool and QEMU both call their machine `linux,dummy-virt`, but only QEMU has fw-cfg. */
const compatibles: { property: string; matches: RegExp; supports: Hypervisor }[] = [
  { property: 'hypervisor/compatible', matches: /^linux,kvm$/, supports: 'kvm' },
  { property: 'hypervisor/compatible', matches: /^xen/, supports: 'xen' },
  { property: 'hypervisor/compatible', matches: /^vmware/, supports: 'vmware' },
  { property: 'compatible', matches: /^qemu,pseries$/, supports: 'qemu' },
];
const machines: { property: string; matches: RegExp; supports: Hypervisor }[] = [
  { property: 'compatible', matches: /^linux,dummy-virt$/, supports: 'lkvm' },
];

export const devicetree: Probe = async guest => {
  const nodes = await guest.list(TREE);
  if (nodes.length === 0) return [];
  const seen: Evidence[] = [];
  const match = async (rows: typeof compatibles) => {
    for (const { property, matches, supports } of rows) {
      const value = (await strings(guest, property)).find(string => matches.test(string));
      if (value) seen.push({ probe: 'devicetree', source: `${TREE}/${property}`, value, supports });
    }
  };
  await match(compatibles);
  const fwCfg = nodes.find(node => node.startsWith('fw-cfg'));
  if (fwCfg) seen.push({ probe: 'devicetree', source: `${TREE}/${fwCfg}`, value: 'exists', supports: 'qemu' });
  await match(machines);
  // IBM's firmware names the partition; under KVM the same property would come with a hypervisor node (systemd virt.c).
  if (nodes.includes('ibm,partition-name') && seen.length === 0) {
    seen.push({ probe: 'devicetree', source: `${TREE}/ibm,partition-name`, value: 'exists', supports: 'powervm' });
  }
  return seen;
};
