import { noticesOf } from './notice.ts';

export const passNotice = noticesOf({
  'plan-only': {
    happened: 'nothing was changed: {}.',
    remedy: 'Vendors seal an image with `enlighten seal`; elsewhere set enlighten.mode=enforce.',
  },
  'left-behind': {
    happened: 'it was made for another machine or hypervisor, and was undone.',
    remedy: 'Nothing to do: what should hold here is planned anew.',
  },
  'check-failed': {
    happened: 'could not be looked at, and is left alone: {}.',
    remedy: 'The next boot looks again; until then nothing of it is changed.',
  },
  'step-failed': {
    happened: 'could not be applied: {}.',
    remedy: '`enlighten status` shows what was; `enlighten undo` takes it back.',
  },
});
