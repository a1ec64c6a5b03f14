import { inject } from './inject.ts';
import { onGrub } from './sequences.ts';

inject(onGrub, 1000);
