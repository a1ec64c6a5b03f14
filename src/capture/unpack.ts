import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Tree } from './tree.ts';

/** Writes the tree into an empty folder. Parents come before what is in them, and nothing lies below a link. */
export const unpack = (tree: Tree, folder: string): void => {
  for (const [path, entry] of tree) {
    if (entry.kind === 'folder') mkdirSync(folder + path, { mode: 0o700 });
    else if (entry.kind === 'link') symlinkSync(entry.target, folder + path);
    else writeFileSync(folder + path, entry.content, { mode: 0o600 });
  }
};
