/**
 * Xen's own files. They are asked before CPUID: in a paravirtual guest CPUID shows nothing, or an outer hypervisor's leaves.
 * Documentation/ABI/stable/sysfs-hypervisor-xen
 */
import type { Evidence } from '../detection.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

export const XEN = {
  type: '/sys/hypervisor/type',
  guestType: '/sys/hypervisor/guest_type',
  features: '/sys/hypervisor/properties/features',
  uuid: '/sys/hypervisor/uuid',
  proc: '/proc/xen',
  capabilities: '/proc/xen/capabilities',
} as const;

/** XENFEAT_dom0, xen/include/public/features.h. The file holds hexadecimal without 0x. */
const DOM0_FEATURE = 1 << 11;

const isDom0 = (features: string): boolean =>
  /^[0-9a-f]{1,8}$/i.test(features) && (Number.parseInt(features, 16) & DOM0_FEATURE) !== 0;

export const xen: Probe = async guest => {
  const seen: Evidence[] = [];
  const type = await guest.text(XEN.type);
  if (type) seen.push({ probe: 'xen', source: XEN.type, value: type, supports: type === 'xen' ? 'xen' : 'other' });
  // The kernel makes this folder in Xen domains only (drivers/xen/xenbus/xenbus_probe.c); it is empty until xenfs is mounted.
  if ((await guest.stat(XEN.proc)) !== null) {
    seen.push({ probe: 'xen', source: XEN.proc, value: 'exists', supports: 'xen' });
  }
  const guestType = await guest.text(XEN.guestType);
  if (guestType) seen.push(informs('xen', XEN.guestType, guestType));
  const capabilities = (await guest.text(XEN.capabilities)) ?? '';
  if (capabilities.includes('control_d')) seen.push(informs('xen', XEN.capabilities, 'control_d'));
  const features = (await guest.text(XEN.features)) ?? '';
  if (isDom0(features)) seen.push(informs('xen', XEN.features, 'dom0'));
  // Only the brand: the rest is this machine's identity.
  const uuid = (await guest.text(XEN.uuid)) ?? '';
  if (uuid.startsWith('ec2')) seen.push({ probe: 'xen', source: XEN.uuid, value: 'ec2…', supports: 'aws' });
  return seen;
};
