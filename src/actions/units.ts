/**
 * A drop-in for a unit of the workload, in /run (systemd.unit(5)). In force when the unit starts; what runs already keeps what it has, but
 * for what systemd changes while it runs (systemd.resource-control(5)). systemd must be told: one program at each boot of such a profile.
 */
import { actionNotice } from '../notices/actions.ts';
import type { UnitsStep } from '../profiles/step.ts';
import type { Action } from './action.ts';
import { decided } from './attribute.ts';
import { putFile, standsAt, takeFile } from './file.ts';
import { administratorsLine, reloadUnits, shippedUnit } from './systemd.ts';

const directivesOf = ({ content }: UnitsStep): string[] =>
  content.split('\n').flatMap(line => (line.includes('=') ? [line.slice(0, line.indexOf('='))] : []));

export const unitsAction: Action<UnitsStep> = {
  async check(step, guest) {
    const { id, unit } = step;
    const standing = await standsAt(step, guest);
    if (standing.state === 'satisfied') return standing;
    const own = (await guest.stat(`/etc/systemd/system/${unit}`)) !== null;
    // A slice exists as soon as something is in it.
    if (!own && !unit.endsWith('.slice') && (await shippedUnit(guest, unit)) === null) {
      return { current: null, state: 'blocked', by: actionNotice('unit-absent', id, unit) };
    }
    const line = await administratorsLine(guest, unit, directivesOf(step));
    return decided(id, standing.current, line === null ? null : { line }) ?? standing;
  },
  apply: (step, guest, journal) => putFile(step, guest, journal, () => reloadUnits(guest)),
  undo: (entry, guest, journal) => takeFile(entry, guest, journal, () => reloadUnits(guest)),
};
