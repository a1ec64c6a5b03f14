/** Small packages by Debian's own tools, and by hand where those do not know the format. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { freshFolder, put } from '../kernel/machine.ts';

export interface Fields {
  name: string;
  version?: string;
  size?: string;
  depends?: string;
}

/** @param compression of the control member, as dpkg-deb names it */
export const debOf = (
  { name, version = '1.0', size = '64', depends }: Fields,
  files: Record<string, string> = {},
  compression = 'zstd',
): Buffer => {
  const tree = freshFolder();
  const control = [`Package: ${name}`, `Version: ${version}`, 'Architecture: all', `Installed-Size: ${size}`];
  const described = [
    ...control,
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    'Maintainer: nobody <nobody@example.org>',
    'Description: a test',
    ' of packages',
    '',
  ];
  put(tree, '/DEBIAN/control', described.join('\n'));
  for (const [path, content] of Object.entries(files)) {
    put(tree, path, content);
    if (path.startsWith('/DEBIAN/')) chmodSync(tree + path, 0o755);
  }
  const target = `${freshFolder()}/x.deb`;
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', tree, target], { stdio: 'ignore' });
  return readFileSync(target);
};

/** What `abuild` makes: a signature, then .PKGINFO, then the files, each a gzip stream of a tar without an end. */
export const apkOf = (info: string, rest = Buffer.alloc(200_000, 'x')): Buffer => {
  const member = (name: string, content: Buffer): Buffer => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 'latin1');
    header.write(content.length.toString(8).padStart(11, '0'), 124, 'latin1');
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return gzipSync(Buffer.concat([header, content, padding]));
  };
  return Buffer.concat([
    member('.SIGN.RSA.x', Buffer.alloc(256)),
    member('.PKGINFO', Buffer.from(info)),
    member('boot/x', rest),
  ]);
};

/** RPM's format_v4.md: lead, signature header, header; strings, lists of them, and the size. */
export const rpmOf = (tags: Record<number, string | string[] | number>): Buffer => {
  const header = (values: [number, string | string[] | number][]): Buffer => {
    const index: Buffer[] = [];
    let store = Buffer.alloc(0);
    for (const [tag, value] of values) {
      const data =
        typeof value === 'number'
          ? Buffer.alloc(4)
          : Buffer.from(
              [value]
                .flat()
                .map(it => `${it}\0`)
                .join(''),
            );
      if (typeof value === 'number') data.writeUInt32BE(value);
      const entry = Buffer.alloc(16);
      const type = { number: 4, string: 6, object: 8 }[typeof value as 'number' | 'string' | 'object'];
      for (const [at, number] of [tag, type, store.length, [value].flat().length].entries())
        entry.writeUInt32BE(number, at * 4);
      index.push(entry);
      store = Buffer.concat([store, data]);
    }
    const preamble = Buffer.alloc(16);
    preamble.writeUInt32BE(0x8eade801, 0);
    preamble.writeUInt32BE(index.length, 8);
    preamble.writeUInt32BE(store.length, 12);
    return Buffer.concat([preamble, ...index, store]);
  };
  const signature = header([[1000, 'abc']]);
  const padding = Buffer.alloc((8 - (signature.length % 8)) % 8);
  return Buffer.concat([
    Buffer.alloc(96),
    signature,
    padding,
    header(Object.entries(tags).map(([tag, value]) => [Number(tag), value])),
  ]);
};
