/** What the rules of the policy ask of the evidence, one question each. Pure. */
import type { Hypervisor, Mode } from './detection.ts';
import { type DmiField, kvmMakers, kvmPlatforms } from './firmware-names.ts';
import { platformIn } from './platform.ts';
import { HYPERVISOR_NODE, PARTITION_NAME } from './probes/devicetree.ts';
import { DMI } from './probes/dmi.ts';
import { BIOS_INFORMATION } from './probes/smbios.ts';
import { XEN } from './probes/xen.ts';
import type { Seen } from './seen.ts';

const dmiAt = (seen: Seen, field: DmiField): string => seen.at(`${DMI}/${field}`) ?? '';

/** The firmware's own "I am a virtual machine"; null where it cannot be read. */
export const declaredVirtual = (seen: Seen): boolean | null => {
  const word = seen.at(BIOS_INFORMATION);
  return word === null ? null : word === 'virtual machine';
};

/** Either file may be missing: xenfs need not be mounted, and old kernels have no properties. */
export const isDom0 = (seen: Seen): boolean =>
  seen.at(XEN.capabilities) === 'control_d' || seen.at(XEN.features) === 'dom0';

/**
 * Something around dom0: another hypervisor's signature shines through Xen's CPUID, or its name through the firmware. There
 * `kvm` is left out: its rows are brands, and clouds sell bare metal.
 */
export const outerHypervisor = (seen: Seen): boolean =>
  declaredVirtual(seen) === true ||
  seen.named('cpuid').some(named => named !== 'xen' && named !== 'other') ||
  seen.named('dmi').some(named => named !== 'xen' && named !== 'kvm');

/** guest_type exists since Linux 4.13; before, Xen's firmware means a full machine, and so do leaves beside any firmware. */
export const xenMode = (seen: Seen): Mode => {
  const told = seen.at(XEN.guestType)?.toLowerCase();
  if (told === 'pv' || told === 'pvh' || told === 'hvm') return told;
  const leaves = seen.named('cpuid').includes('xen');
  return seen.named('dmi').includes('xen') || (leaves && seen.from('dmi').length > 0) ? 'hvm' : 'pv';
};

/** With the host's SMBIOS passed through, VirtualBox leaves its mark on the board alone; Oracle's own servers sign it too. */
export const oracleBoard = (seen: Seen): boolean =>
  dmiAt(seen, 'board_vendor') === 'Oracle Corporation' &&
  !dmiAt(seen, 'sys_vendor').startsWith('Oracle') &&
  dmiAt(seen, 'chassis_asset_tag') !== 'OracleCloud.com' &&
  (seen.hypervisorBit === true || declaredVirtual(seen) === true || seen.named('kernel').length > 0);

export const isRootPartition = (seen: Seen): boolean =>
  seen.from('cpuid').some(({ value }) => value === 'root partition');

/** KVM told to hide (`kvm=off`) or to sign as Hyper-V (`hv-vendor-id`), on firmware that Hyper-V never has. */
export const posesAsHyperV = (seen: Seen): boolean => {
  const told = seen.named('cpuid', 'kernel');
  const onlyHyperV = told.includes('hyperv') && told.every(named => named === 'hyperv' || named === 'other');
  const kvmFirmware = kvmMakers.some(({ fields, matches }) => fields.some(field => matches.test(dmiAt(seen, field))));
  return onlyHyperV && (kvmFirmware || seen.named('dmi').includes('kvm'));
};

/** The highest base is the hypervisor's own; below it stand the languages it also speaks. */
export const highestSignature = (seen: Seen): Hypervisor | null =>
  seen.named('cpuid').findLast(named => named !== 'other') ?? null;

/** QEMU's own emulator always signs its leaf; without any known name there, KVM is hiding behind QEMU's firmware. */
export const hiddenKvm = (seen: Seen): boolean =>
  seen.hypervisorBit === true &&
  seen.from('cpuid').length > 0 &&
  seen.named('cpuid').every(named => named === 'other') &&
  /^QEMU/.test(dmiAt(seen, 'sys_vendor')) &&
  seen.named('cpuinfo').length === 0;

/**
 * A cloud that rents out KVM's machines, and bare metal under the same brand. Where neither the processor nor the firmware tells
 * which, EC2's product name does (systemd virt.c, detect_vm_dmi); Google's machines are taken for virtual, as there.
 */
export const kvmCloud = (seen: Seen): boolean => {
  const platform = platformIn(seen.all);
  if (platform === null || !kvmPlatforms.includes(platform)) return false;
  const unsaid = (platform === 'aws' || platform === 'gcp') && !/\.metal(-|$)/.test(dmiAt(seen, 'product_name'));
  return seen.hypervisorBit ?? declaredVirtual(seen) ?? unsaid;
};

/** What the hypervisor itself wrote into the device tree. */
export const hypervisorNode = (seen: Seen): Hypervisor[] =>
  seen.naming(({ source }) => source === HYPERVISOR_NODE || source === PARTITION_NAME);

/** Boards that exist only as virtual machines, as the device tree or /proc/cpuinfo of POWER tells. */
export const virtualBoard = (seen: Seen): Hypervisor[] =>
  seen.naming(({ probe, source }) => probe === 'devicetree' || /^\/proc\/cpuinfo:(model|platform)$/.test(source));
