import type { DeviceInUse } from '../facts/inventory.ts';
import { columns, heading } from './paint.ts';

const rowOf = ({ bus, id, driver, provides, nature, neededBy }: DeviceInUse): string[] => [
  bus,
  id,
  driver ?? 'no driver',
  nature === null ? '?' : nature.nature,
  provides.join(' '),
  nature?.because ?? '',
  neededBy.map(({ by, what }) => `${by} ${what}`).join(', '),
];

const head = ['bus', 'id', 'driver', 'nature', 'provides', 'because', 'needed by'];

/** One line for each device with a modalias. */
export const describeDevices = (devices: readonly DeviceInUse[]): string =>
  heading('devices') + (devices.length === 0 ? '  none seen\n' : columns([head, ...devices.map(rowOf)]));
