import { inject } from './inject.ts';
import { onSystemdBoot } from './sequences.ts';

inject(onSystemdBoot, 300);
