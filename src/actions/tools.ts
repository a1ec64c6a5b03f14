/**
 * Guest tools. Off is a mask in /run, gone with the next boot and with the image's next move; what is missing comes from the offline
 * cache, by a package step, or is only named. What an administrator masked, disabled or wrote stays.
 */
import { EnlightenError } from '../errors.ts';
import { isEnabled } from '../facts/tools.ts';
import type { Guest, Path } from '../guest/guest.ts';
import { actionNotice } from '../notices/actions.ts';
import type { Standing, ToolsStep } from '../profiles/step.ts';
import type { Action } from './action.ts';

const masked = (unit: string): Path => `/run/systemd/system/${unit}`;
const own = (unit: string): Path => `/etc/systemd/system/${unit}`;

const NULL = '/dev/null';
/** The words of [Install] by which `enable` makes links (systemd.unit(5)). */
const INSTALL = /^(WantedBy|RequiredBy|UpheldBy|Alias|Also)\s*=/m;

const missing = (step: ToolsStep): Standing => ({
  current: 'not installed',
  state: 'blocked',
  by: actionNotice('tool-missing', step.id, step.package),
});

const overridden = (step: ToolsStep, current: string, why: string): Standing => ({
  current,
  state: 'overridden',
  by: actionNotice('tool-administrator', step.id, why),
});

/** Can it be enabled at all? Others are started by udev, where their device is; Debian's qemu-guest-agent has an [Install] with nothing in it. */
const canBeEnabled = async (guest: Guest, unit: string): Promise<boolean> => {
  const text =
    (await guest.text(`/usr/lib/systemd/system/${unit}`)) ?? (await guest.text(`/lib/systemd/system/${unit}`));
  return INSTALL.test(text ?? '');
};

const standingOn = async (step: ToolsStep, guest: Guest): Promise<Standing> => {
  const { unit } = step;
  if (unit === null) return missing(step);
  if ((await guest.link(own(unit))) === NULL) return overridden(step, 'masked', own(unit));
  const disabled = (await canBeEnabled(guest, unit)) && !(await isEnabled(guest, unit));
  return disabled ? overridden(step, 'disabled', `${unit} is not enabled`) : { current: 'on', state: 'satisfied' };
};

const standingOff = async (step: ToolsStep, guest: Guest): Promise<Standing> => {
  const unit = step.unit ?? '';
  if ((await guest.link(masked(unit))) === NULL) return { current: 'off', state: 'satisfied' };
  const theirs = await guest.link(own(unit));
  if (theirs === NULL) return { current: 'off', state: 'satisfied' };
  const written = theirs === null && (await guest.stat(own(unit))) !== null;
  return written ? overridden(step, 'on', own(unit)) : { current: 'on', state: 'pending' };
};

export const toolsAction: Action<ToolsStep> = {
  check: (step, guest) => (step.desired === 'on' ? standingOn(step, guest) : standingOff(step, guest)),

  async apply(step, guest, journal) {
    const { unit } = step;
    // A folder has no systemd; and what is missing is not installed here.
    if (!guest.live || unit === null || step.desired === 'on') return;
    await journal.around(step, { path: masked(unit), before: 'on', after: 'off' }, async () => {
      const { exitCode, stderr } = await guest.run('mask-unit', [unit]);
      if (exitCode === 0) return;
      throw new EnlightenError('tool-failed', { tried: 'mask', on: unit, happened: stderr.trim().slice(0, 400) });
    });
  },

  async undo(entry, guest, journal) {
    const unit = entry.path.slice(entry.path.lastIndexOf('/') + 1);
    if ((await guest.link(entry.path)) === NULL) {
      const { exitCode, stderr } = await guest.run('unmask-unit', [unit]);
      if (exitCode !== 0) {
        throw new EnlightenError('tool-failed', { tried: 'unmask', on: unit, happened: stderr.trim().slice(0, 400) });
      }
    }
    await journal.undone(entry);
  },
};
