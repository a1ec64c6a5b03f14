import { noticesOf } from './notice.ts';

/** Steps that cannot or must not be applied; subjects are the step's ids. */
export const actionNotice = noticesOf({
  'sysctl-absent': {
    happened: 'The running kernel has no readable {}.',
    remedy: 'Nothing to do, unless a kernel module that brings it should be loaded.',
  },
  'sysctl-administrator': {
    happened: 'An administrator has decided otherwise in {}; it is left alone.',
    remedy: 'Remove that line to let the profile decide.',
  },
  'sysctl-undecided': {
    happened: "An administrator's file cannot be read, so whether it decides this is unknown; it is left alone: {}.",
    remedy: 'Make the file readable, or remove it.',
  },
  'module-administrator': {
    happened: 'An administrator has decided otherwise in {}; it is left alone.',
    remedy: 'Remove that line to let the profile decide.',
  },
  'module-undecided': {
    happened: "An administrator's file cannot be read, so whether it decides this is unknown; it is left alone: {}.",
    remedy: 'Make the file readable, or remove it.',
  },
  'module-absent': {
    happened: 'The running kernel has no module of this name.',
    remedy: 'Nothing to do, unless another kernel brings it.',
  },
  'modules-disabled': {
    happened: 'This kernel loads no modules any more (kernel.modules_disabled is {}).',
    remedy: 'Nothing to do: whoever set it wants no change before the next boot.',
  },
  'module-refused': {
    happened: 'The module found nothing to drive here: {}.',
    remedy: 'Nothing to do: the hypervisor does not offer this.',
  },
  'module-builtin': {
    happened: 'It is built into the kernel and cannot be kept out.',
    remedy: 'Remove the line from the profile.',
  },
  'module-in-use': {
    happened: 'It is loaded and in use ({}), so it stays until the next reboot.',
    remedy: 'Nothing to do, or stop what uses it.',
  },
  'module-parameter-fixed': {
    happened: 'The module is loaded, and it takes this parameter only while it is being loaded; it has {}.',
    remedy: 'Let the profile say it as `commandLine: MODULE.PARAMETER`: it comes with a trial then.',
  },
  'tool-missing': {
    happened: 'The hypervisor has something for it, and it is not installed; package wanted: {}.',
    remedy: 'Install it in the image, or put its package into /var/lib/enlighten/packages.',
  },
  'tool-administrator': {
    happened: 'An administrator has decided otherwise: {}; it is left alone.',
    remedy: 'Enable the unit, or remove that file, to let the agent decide.',
  },
  'time-sync-unknown': {
    happened: 'The hypervisor does not say whether its tools set the clock.',
    remedy: 'Run `vmware-toolbox-cmd timesync status`.',
  },
  'time-sync-alone': {
    happened: '{} is not enabled, so the tools alone keep the clock; they are left alone.',
    remedy: 'Enable chrony to have it kept by chrony.',
  },
  'attribute-absent': {
    happened: 'The device, or its file {}, is not there.',
    remedy: 'Nothing to do when the device was removed, or this kernel does not know it.',
  },
  'attribute-not-offered': {
    happened: 'The kernel does not offer this value here; it offers {}.',
    remedy: 'Name one of those in the profile.',
  },
  'attribute-read-only': {
    happened: 'The kernel shows {} and lets nobody change it.',
    remedy: 'Remove the line from the profile, or give it a condition.',
  },
  decided: {
    happened: 'It has been decided otherwise: {}; it is left alone.',
    remedy: 'Remove that line, or switch tuned off, to let the profile decide.',
  },
  undecided: {
    happened: 'A file cannot be read, so whether it decides this is unknown; it is left alone: {}.',
    remedy: 'Make the file readable, or remove it.',
  },
  'ethtool-missing': {
    happened: 'Only ethtool can set this, and it did not answer: {}.',
    remedy: 'Install the package ethtool, or remove the line from the profile.',
  },
  'unit-absent': {
    happened: 'There is no unit {}.',
    remedy: 'Install what brings it, or remove the line from the profile.',
  },
  'clock-absent': {
    happened: 'There is no PTP clock named {}; chronyd would not start with it.',
    remedy: 'Nothing to do where the hypervisor does not offer it.',
  },
  'clock-configured': {
    happened: 'chronyd is started in a way that takes no further clock: {}.',
    remedy: 'Add the refclock directive to its configuration by hand, or let it start as its package does.',
  },
});
