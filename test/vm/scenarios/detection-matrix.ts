import { scenario } from '../scenario.ts';
import { firmwares } from '../small/firmware.ts';
import { matrix } from '../small/matrix.ts';

/** A boot for each row: about ten seconds on an idle machine, so some four minutes in all. */
export default scenario('detection-matrix', { small: {}, tier: 'long' }, vm => matrix(vm, firmwares));
