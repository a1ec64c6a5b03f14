/** The device inventory with what depends on each device: `enlighten detect --devices`. */
import type { Detection } from '../detect/detection.ts';
import { devices } from '../detect/devices.ts';
import { type InventoriedDevice, inventory } from '../detect/inventory.ts';
import type { Guest } from '../guest/guest.ts';
import { type Dependent, dependents, dependingOn } from './dependents.ts';

export interface DeviceInUse extends InventoriedDevice {
  neededBy: Dependent[];
}

export const devicesInUse = async (guest: Guest, detection: Detection): Promise<DeviceInUse[]> => {
  const found = await inventory(guest, detection, await devices(guest));
  const all = await dependents(guest, detection);
  return found.map(device => ({ ...device, neededBy: dependingOn(device, all) }));
};

/** One entry of `devices` in the document of `enlighten detect --devices --json`. */
export const deviceJson = ({ bus, id, modalias, driver, class: kind, provides, nature, neededBy }: DeviceInUse) => ({
  bus,
  id,
  modalias,
  driver,
  class: kind,
  provides,
  nature: nature?.nature ?? null,
  because: nature?.because ?? null,
  reference: nature?.reference ?? null,
  neededBy,
});
