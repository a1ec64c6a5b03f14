import { inject } from './inject.ts';
import { onLivedIn } from './sequences.ts';

inject(onLivedIn, 100);
