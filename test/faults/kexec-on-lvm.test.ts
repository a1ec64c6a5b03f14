import { inject } from './inject.ts';
import { onKexecOnLvm } from './sequences.ts';

inject(onKexecOnLvm, 300);
