import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files a scenario lays into an image, as path → content. Scripts and programs become executable. */
export type Files = Record<string, string | Buffer>;

const isProgram = (content: Buffer): boolean =>
  ['#!', '\x7fELF'].some(magic => content.indexOf(magic, 0, 'latin1') === 0);

export async function addFiles(tree: string, files: Files): Promise<void> {
  for (const [path, given] of Object.entries(files)) {
    const content = Buffer.from(given);
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content, { mode: isProgram(content) ? 0o755 : 0o644 });
  }
}
