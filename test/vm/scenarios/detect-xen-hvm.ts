import { scenario } from '../scenario.ts';
import { assertGuest, stored } from '../small/xen.ts';

export default scenario('detect-xen-hvm', { after: 'detect-xen-pvh', tier: 'long' }, vm =>
  assertGuest(vm, 'hvm', stored.whole),
);
