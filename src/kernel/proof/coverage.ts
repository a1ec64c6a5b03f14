import { kernelNotice } from '../../notices/kernel.ts';
import { isBlocked } from '../blocked.ts';
import { coverage } from '../coverage.ts';
import type { Proof } from './context.ts';

/** The kernel has a driver for each storage and network device in use, and for the one the environment came from. */
export const coverageProof: Proof = async p => {
  const target = await p.targetModules();
  if (isBlocked(target)) return target.blocked;
  const { missing } = coverage(p.devices, target, await p.runningModules(), p.environmentDevices);
  if (missing.length === 0) return null;
  const subject = missing.map(device => `${device.id} (${device.driver}), ${device.class}`).join('; ');
  return kernelNotice('driver-missing', subject, p.target.release);
};
