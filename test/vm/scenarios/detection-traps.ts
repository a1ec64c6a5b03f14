import { scenario } from '../scenario.ts';
import { firmwares } from '../small/firmware.ts';
import { matrix } from '../small/matrix.ts';

/** Two machines whose CPUID signature is not the answer; all the others are in detection-matrix. */
export default scenario('detection-traps', { small: {} }, vm =>
  matrix(
    vm,
    firmwares.filter(({ core }) => core),
  ),
);
