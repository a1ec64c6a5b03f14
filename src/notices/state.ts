import { noticesOf } from './notice.ts';

export const stateNotice = noticesOf({
  'state-broken': {
    happened: 'cannot be read ({}); no kernel is tried.',
    remedy: 'Look at it, then run `enlighten apply --retry kernel`, which starts a new one.',
  },
  'state-newer': {
    happened: 'was written by a newer enlighten (schema {}); nothing is changed.',
    remedy: 'Install that version again, or run `enlighten seal`.',
  },
  'machine-changed': {
    happened: 'this is not the machine the state was written on ({}); it starts anew.',
    remedy: 'Nothing: a clone or a restored snapshot proves its kernel again.',
  },
});
