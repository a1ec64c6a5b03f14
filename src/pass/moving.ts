/** What ties the image to this machine, and what ties this machine's cards to the image: the steps that no profile knows. */
import { planDeviceNames } from '../devicenames/steps.ts';
import type { WritableGuest } from '../guest/guest.ts';
import type { Remembered } from '../network/counterpart.ts';
import { planAddresses, rememberedNow } from '../network/steps.ts';
import { movingNotice } from '../notices/moving.ts';
import type { Notice } from '../notices/notice.ts';
import type { Environment } from '../ovfenv/environment.ts';
import type { Step } from '../profiles/step.ts';
import type { State } from '../state/state.ts';

export interface Moving {
  steps: Step[];
  notices: Notice[];
}

export const nothingMoves: Moving = { steps: [], notices: [] };

/** Before everything a profile wants: a kernel's trial takes its arguments from files that are changed here. */
export const planMoving = async (
  guest: WritableGuest,
  environment: Environment | null,
  { interfaces = [] }: State,
): Promise<Moving> => {
  const names = await planDeviceNames(guest);
  const addresses = await planAddresses(guest, environment?.adapters ?? [], interfaces);
  return { steps: [...names.steps, ...addresses.steps], notices: [...names.notices, ...addresses.notices] };
};

/** A trial takes its arguments from the loader's configuration: what is about to change there changes first. */
export const waitsForNames = (steps: readonly Step[], { held }: State): Notice | null => {
  const step = steps.find(
    ({ id, kind }) => kind === 'device-names' && /:\/boot\/.*\.(cfg|conf)$/.test(id) && !held.includes(id),
  );
  return step === undefined ? null : movingNotice('device-name-first', step.id);
};

export const rememberCards = (
  guest: WritableGuest,
  environment: Environment | null,
  { interfaces = [] }: State,
): Promise<Remembered[]> => rememberedNow(guest, environment?.adapters ?? [], interfaces);
