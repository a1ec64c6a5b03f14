import { scenario } from '../scenario.ts';
import { assertGuest, stored } from '../small/xen.ts';

export default scenario('detect-xen-pvh', { after: 'detect-xen-pv', tier: 'long' }, vm =>
  assertGuest(vm, 'pvh', stored.pieces),
);
