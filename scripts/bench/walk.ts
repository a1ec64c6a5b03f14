/** What a proof does with an initramfs, alone: walks it to its trailer. `walk ROOT FILE` */
import { openGuest } from '../../src/guest/open.ts';
import { isBlocked } from '../../src/kernel/blocked.ts';
import { readInitramfs } from '../../src/kernel/initramfs/read.ts';

const [root = '', file = ''] = process.argv.slice(2);
const found = await readInitramfs(openGuest(root), file, () => false);
if (isBlocked(found)) throw new Error(found.blocked.happened);
console.log(found.modules.map(({ path }) => path).join('\n'));
