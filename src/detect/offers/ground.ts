/** What offers are judged by: gathered once, so that each table only asks. */
import type { Guest } from '../../guest/guest.ts';
import type { Detection } from '../detection.ts';
import type { Device } from '../device.ts';
import { type Interfaces, interfaces } from './interfaces.ts';
import { type RunningKernel, runningKernel } from './running-kernel.ts';

export interface Ground {
  guest: Guest;
  detection: Detection;
  devices: readonly Device[];
  kernel: RunningKernel;
  interfaces: Interfaces;
}

/** Gathers it: a few files and CPUID leaves. */
export const groundOf = async (guest: Guest, detection: Detection, devices: readonly Device[]): Promise<Ground> => ({
  guest,
  detection,
  devices,
  kernel: await runningKernel(guest),
  interfaces: await interfaces(guest, detection),
});

/** Devices whose modalias fits. */
export const matching = ({ devices }: Ground, modalias: RegExp): Device[] =>
  devices.filter(device => modalias.test(device.modalias));

/** For the evidence of an offer. */
export const describeDevice = ({ bus, id, driver }: Device): string =>
  `/sys/bus/${bus}/devices/${id} ${driver === null ? 'has no driver' : `driven by ${driver}`}`;
