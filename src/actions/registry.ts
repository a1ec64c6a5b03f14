/** Every kind of step and its behaviour, in one literal. */
import type { Step, StepKind } from '../profiles/step.ts';
import { emptyView, type View } from '../templates/view.ts';
import type { Action } from './action.ts';
import { addressesAction } from './addresses.ts';
import { attributeAction } from './attribute.ts';
import { clockAction } from './clock.ts';
import { deviceNamesAction } from './device-names.ts';
import { imageAction } from './image.ts';
import { initramfsAction } from './initramfs.ts';
import { kernelAction } from './kernel/index.ts';
import type { KernelWing } from './kernel/wing.ts';
import { modulesAction } from './modules/index.ts';
import { networkAction } from './network.ts';
import { packageAction } from './package.ts';
import { protectionAction } from './protection.ts';
import { sysctlAction } from './sysctl.ts';
import { templateAction } from './template.ts';
import { timeSyncAction } from './time-sync.ts';
import { toolsAction } from './tools.ts';
import { udevAction } from './udev.ts';
import { unitsAction } from './units.ts';

export type Actions = { [Kind in StepKind]: Action<Extract<Step, { kind: Kind }>> };

/** The kinds that need nothing but the guest: what an unchanged boot replays. */
export const volatileActions = {
  sysctl: sysctlAction,
  sysfs: attributeAction,
  block: attributeAction,
  network: networkAction,
  udev: udevAction,
  units: unitsAction,
  clock: clockAction,
  modules: modulesAction(),
  tools: toolsAction,
} satisfies Partial<Actions>;

/** @param view what templates are filled in from; without one they can only be undone */
export const actionsWith = (wing: KernelWing, view: View = emptyView): Actions => ({
  ...volatileActions,
  kernel: kernelAction(wing),
  initramfs: initramfsAction,
  'device-names': deviceNamesAction,
  addresses: addressesAction,
  'time-sync': timeSyncAction,
  package: packageAction,
  protection: protectionAction,
  image: imageAction,
  template: templateAction(view),
});

/** The action for a step, whatever its kind. */
export const actionFor = (actions: Partial<Actions>, kind: StepKind): Action<Step> | null =>
  (actions[kind] as Action<Step> | undefined) ?? null;
