/**
 * The flattened device tree of ARM, RISC-V and POWER. Its strings are lists separated by NULs (Devicetree Specification, 2.3.1).
 * The `hypervisor` node is the hypervisor's own word; everything else only tells whose machine this is.
 */
import type { Guest } from '../../guest/guest.ts';
import type { Evidence, Hypervisor } from '../detection.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

const TREE = '/proc/device-tree';
/** A root node has dozens of properties and children; the limit is for folders somebody filled. */
const MAX_NODES = 4096;
export const HYPERVISOR_NODE = `${TREE}/hypervisor/compatible`;
export const PARTITION_NAME = `${TREE}/ibm,partition-name`;

const strings = async (guest: Guest, path: string): Promise<string[]> =>
  ((await guest.text(path)) ?? '').split('\0').filter(part => part !== '');

/** systemd virt.c, detect_vm_device_tree; Documentation/devicetree/bindings/arm/xen.txt */
const hypervisors: { matches: RegExp; supports: Hypervisor }[] = [
  { matches: /^linux,kvm$/, supports: 'kvm' },
  { matches: /^xen/, supports: 'xen' },
  { matches: /^vmware/, supports: 'vmware' },
  { matches: /./, supports: 'other' },
];

/** kvmtool and QEMU both call their machine `linux,dummy-virt`, but only QEMU has fw-cfg; so these come after that. */
const machines: { matches: RegExp; supports: Hypervisor }[] = [
  { matches: /^qemu,(pseries|powernv)$/, supports: 'qemu' }, // systemd virt.c; QEMU hw/ppc/spapr.c and pnv.c
  { matches: /^riscv-virtio$/, supports: 'qemu' }, // QEMU hw/riscv/virt.c
  { matches: /^linux,dummy-virt$/, supports: 'lkvm' }, // virt-what, lkvm
];

const hypervisorNode = async (guest: Guest): Promise<Evidence[]> => {
  const listed = await strings(guest, HYPERVISOR_NODE);
  for (const { matches, supports } of hypervisors) {
    const value = listed.find(string => matches.test(string));
    if (value) return [{ probe: 'devicetree', source: HYPERVISOR_NODE, value, supports }];
  }
  return [];
};

const machineNode = async (guest: Guest, nodes: readonly string[]): Promise<Evidence[]> => {
  const fwCfg = nodes.find(node => node.includes('fw-cfg'));
  if (fwCfg) return [{ probe: 'devicetree', source: `${TREE}/${fwCfg}`, value: 'exists', supports: 'qemu' }];
  // Only QEMU tells its guest's firmware how wide the screen is (systemd virt.c).
  const screen = `${TREE}/chosen/qemu,graphic-width`;
  if ((await guest.stat(screen)) !== null)
    return [{ probe: 'devicetree', source: screen, value: 'exists', supports: 'qemu' }];
  const listed = await strings(guest, `${TREE}/compatible`);
  for (const { matches, supports } of machines) {
    const value = listed.find(string => matches.test(string));
    if (value) return [{ probe: 'devicetree', source: `${TREE}/compatible`, value, supports }];
  }
  const [model] = listed;
  return model ? [informs('devicetree', `${TREE}/compatible`, model)] : [];
};

export const devicetree: Probe = async guest => {
  const nodes = await guest.list(TREE, MAX_NODES);
  if (nodes.length === 0) return [];
  const seen = [...(await hypervisorNode(guest)), ...(await machineNode(guest, nodes))];
  // IBM's firmware names the partition; QEMU with a named machine does too, and is told by the above (systemd virt.c).
  const partition = nodes.includes('ibm,partition-name') && seen.every(({ supports }) => supports === null);
  if (partition) seen.push({ probe: 'devicetree', source: PARTITION_NAME, value: 'exists', supports: 'powervm' });
  return seen;
};
