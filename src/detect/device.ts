/** A device on one of the guest's buses, as sysfs shows it. */
export interface Device {
  /** `/sys/bus/<bus>/devices/<id>` */
  bus: string;
  id: string;
  modalias: string;
  /** Name of the bound driver; null when nothing is bound. */
  driver: string | null;
  /** What loses its function without a driver. Storage and network stop a boot or cut the appliance off; `other` does not. */
  class: 'storage' | 'network' | 'other';
  /** Block devices (`vda`, `sr0`) and network interfaces (`ens3`) below it. */
  provides: string[];
}
