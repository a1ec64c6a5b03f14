/** The files of a machine. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

export type Files = Map<string, Buffer>;

const filesBelow = (root: string, folder: string, found: Files): void => {
  for (const entry of readdirSync(root + folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) filesBelow(root, path, found);
    else if (entry.isFile()) found.set(path, readFileSync(root + path));
  }
};

/** @param places files, and folders with all that is below them */
export const filesIn = (root: string, places: readonly string[]): Files => {
  const found: Files = new Map();
  for (const place of places.filter(path => existsSync(root + path))) {
    if (statSync(root + place).isDirectory()) filesBelow(root, place, found);
    else found.set(place, readFileSync(root + place));
  }
  return found;
};

/** What a power cut in the middle of a `replace` left beside the file; nobody reads it, and the next one takes its place. */
const isLeftOver = (path: string): boolean => path.endsWith('.enlighten-new');

/** Files below these places as text, with their names: equal where they are. */
export const contents = (files: Files, places: readonly string[]): string =>
  [...files]
    .filter(([path]) => places.some(place => path.startsWith(place)) && !isLeftOver(path))
    .map(([path, bytes]) => `${path}\n${bytes.toString('latin1')}`)
    .sort()
    .join('\n');
