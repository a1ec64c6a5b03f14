/** `enlighten profiles`: a table of its forms. */
import { commandOf } from './form.ts';
import { check } from './profiles/check.ts';
import { list } from './profiles/list.ts';
import { show } from './profiles/show.ts';

export const command = commandOf(
  'profiles',
  'what should hold where: the built-in profiles and the vendor’s, line by line',
  { list, show, check },
  'list',
);
