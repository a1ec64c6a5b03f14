import { inject } from './inject.ts';
import { onExtlinux } from './sequences.ts';

inject(onExtlinux, 300);
