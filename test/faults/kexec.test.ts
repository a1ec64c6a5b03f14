import { inject } from './inject.ts';
import { onKexec } from './sequences.ts';

inject(onKexec, 300);
