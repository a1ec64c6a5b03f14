import { noticesOf } from './notice.ts';

/** Templates; subjects are their files, or the step's id. Names, never values: those may be secrets. */
export const templateNotice = noticesOf({
  'template-not-rendered': {
    happened: 'It is not rendered, and its file stays as it is: {}.',
    remedy: 'Correct the template, or have the deployer set the property; `enlighten plan` tries it again.',
  },
  'template-secret': {
    happened: 'A secret has a part in its file, which mode {} would show to everybody; it is made 0600.',
    remedy: 'Set `mode: 0600`, or `mode: 0640` and a `group:`, in the template.',
  },
  'template-edited': {
    happened: 'Somebody has edited the file since it was rendered; it is left alone.',
    remedy:
      'Move the change into the template, then `enlighten undo --step` and `enlighten apply`, or remove the file.',
  },
  'template-too-large': {
    happened: 'The file that is there is too large to be kept for undo ({} bytes); it is left alone.',
    remedy: 'Remove it, or choose another target.',
  },
  'template-twice': {
    happened: 'An earlier template has the same target, {}; this one is ignored.',
    remedy: 'Keep one template for each file.',
  },
  'template-too-many': {
    happened: 'There are {} templates; only the first 64 by name are rendered.',
    remedy: 'Remove those the appliance does not need.',
  },
});
