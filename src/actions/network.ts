/** A network card's attribute: a file of sysfs, or a word of ethtool. */
import type { NetworkStep } from '../profiles/step.ts';
import { isEthtool } from '../profiles/where.ts';
import type { Action } from './action.ts';
import { attributeAction } from './attribute.ts';
import { ethtoolAction } from './ethtool.ts';

const by = (id: string): Action<NetworkStep> =>
  isEthtool(id.slice(id.lastIndexOf(':') + 1)) ? ethtoolAction : attributeAction;

export const networkAction: Action<NetworkStep> = {
  check: (step, guest) => by(step.id).check(step, guest),
  apply: (step, guest, journal) => by(step.id).apply(step, guest, journal),
  undo: (entry, guest, journal) => by(entry.id).undo(entry, guest, journal),
};
