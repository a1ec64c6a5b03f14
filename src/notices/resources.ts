import { noticesOf } from './notice.ts';

/** Resources; subjects are the program, file or daemon that was asked. */
export const resourceNotice = noticesOf({
  'resources-no-tool': {
    happened:
      "It is not installed; what the host tells of the guest's share (limits, reservations, balloon) is unknown.",
    remedy: 'Install open-vm-tools in the image.',
  },
  'resources-no-answer': {
    happened: "It gave no usable answer; what the host tells of the guest's share is unknown: {}.",
    remedy: 'Nothing to do, unless it stays so: then look at the host.',
  },
  'resources-unreadable': {
    happened: 'It cannot be read: {}.',
    remedy: 'Check its size and that root can read it.',
  },
});
