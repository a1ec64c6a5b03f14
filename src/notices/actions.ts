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
  'block-absent': {
    happened: 'The device, or its file {}, is not there.',
    remedy: 'Nothing to do when the disk was removed.',
  },
  'block-not-offered': {
    happened: 'The kernel does not offer this scheduler; it offers {}.',
    remedy: 'Name one of those in the profile.',
  },
});
