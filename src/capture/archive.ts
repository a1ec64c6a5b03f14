/** The tree as a tar: POSIX pax format, so that names of any length and letters arrive; nobody's but the owner's to read. */
import { gzipSync } from 'node:zlib';
import type { Entry, Tree } from './tree.ts';

const headerOf = (path: string, entry: Entry, mtime: Date) => {
  const name = path.slice(1);
  const common = { mtime, uid: 0, gid: 0, size: 0 };
  switch (entry.kind) {
    case 'folder':
      return { ...common, name: `${name}/`, type: 'directory' as const, mode: 0o700 };
    case 'link':
      return { ...common, name, type: 'symlink' as const, linkname: entry.target, mode: 0o777 };
    case 'file':
      return { ...common, name, type: 'file' as const, mode: 0o600, size: entry.content.length };
  }
};

/** @param compressed with gzip, as `tar -z` writes it */
export const archiveOf = async (tree: Tree, compressed: boolean): Promise<Buffer> => {
  const { packTar } = await import('modern-tar');
  const mtime = new Date();
  const entries = [...tree].map(([path, entry]) => ({
    header: headerOf(path, entry, mtime),
    ...(entry.kind === 'file' ? { body: new Uint8Array(entry.content) } : {}),
  }));
  const bytes = Buffer.from(await packTar(entries));
  return compressed ? gzipSync(bytes) : bytes;
};
