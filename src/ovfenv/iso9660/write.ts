/**
 * Writes a small ISO 9660 image: a tree of level 1 names (ECMA-119) and a Joliet tree over the same files; a root directory and one
 * level of folders in it. No package of the npm registry does this: those there are drive mkisofs, or are an experiment in WebAssembly.
 *
 * No date is written ("not specified"), so the same files make the same image, byte for byte.
 */
import {
  above,
  descriptorOf,
  directoryOf,
  type Extent,
  here,
  pathTableOf,
  type Recorded,
  recordOf,
  terminator,
} from './fields.ts';
import { joliet, type Naming, plain } from './names.ts';
import { sectorSize } from './volume.ts';

export interface IsoFile {
  /** `ovf-env.xml`, or in a folder of the root: `ovffiles/logo.png` */
  path: string;
  content: Buffer;
}

/** A file or folder of one folder. */
interface Entry {
  path: string;
  identifier: Buffer;
  folder: boolean;
}

/** The root, whose path is empty, or a folder in it. */
interface Folder {
  path: string;
  identifier: Buffer;
  entries: Entry[];
}

type Place = (path: string) => Extent;

const nowhere: Place = () => ({ sector: 0, length: 0 });

/**
 * The image.
 * @param label at most 16 characters: Joliet's room for it
 * @throws EnlightenError `usage` for a name that no disc can hold
 */
export const writeIso = (label: string, files: readonly IsoFile[]): Buffer => {
  const image: Buffer[] = [Buffer.alloc(16 * sectorSize)];
  let end = 16;
  const allot = (length: number): Extent => {
    const extent = { sector: end, length };
    end += Math.ceil(length / sectorSize);
    return extent;
  };

  const namings = [plain, joliet];
  for (const _ of [...namings, terminator]) allot(sectorSize);
  const trees = namings.map(naming => {
    const folders = foldersOf(naming, files);
    const size = pathTableOf(folders.map(recordedAt(nowhere)), 'LE').length;
    const pathTable = { LE: allot(size), BE: allot(size) };
    const places = new Map(folders.map(folder => [folder.path, allot(directory(folder, nowhere).length)]));
    return { naming, folders, pathTable, places };
  });
  const contents = new Map(files.map(({ path, content }) => [path, allot(content.length)]));

  for (const { naming, pathTable, places } of trees)
    image.push(descriptorOf({ naming, label, sectors: end, pathTable, root: places.get('') ?? nowhere('') }));
  image.push(terminator());
  for (const { folders, places } of trees) {
    const place: Place = path => places.get(path) ?? contents.get(path) ?? nowhere(path);
    const recorded = folders.map(recordedAt(place));
    image.push(padded(pathTableOf(recorded, 'LE')), padded(pathTableOf(recorded, 'BE')));
    image.push(...folders.map(folder => directory(folder, place)));
  }
  image.push(...files.map(({ content }) => padded(content)));
  return Buffer.concat(image);
};

/** The root first, as path tables want it; everything in the order of its identifier (ECMA-119 §6.9.1, §9.3). */
const foldersOf = (naming: Naming, files: readonly IsoFile[]): Folder[] => {
  const names = [...new Set(files.map(({ path }) => path.split('/').slice(0, -1).join('/')))].filter(it => it !== '');
  const inRoot = files.filter(({ path }) => !path.includes('/')).map(({ path }) => ({ path, folder: false }));
  const root = { path: '', identifier: here, entries: identified(naming, [...inRoot, ...names.map(asFolder)]) };
  const folders = root.entries.filter(({ folder }) => folder);
  return [
    root,
    ...folders.map(({ path, identifier }) => {
      const within = files.filter(file => file.path.startsWith(`${path}/`));
      return { path, identifier, entries: identified(naming, within.map(asFile)) };
    }),
  ];
};

const asFolder = (path: string) => ({ path, folder: true });
const asFile = ({ path }: IsoFile) => ({ path, folder: false });

const identified = (naming: Naming, entries: { path: string; folder: boolean }[]): Entry[] => {
  const taken = new Set<string>();
  return entries
    .map(({ path, folder }) => {
      const identifier = naming.identifier(path.slice(path.indexOf('/') + 1), folder, taken);
      taken.add(identifier);
      return { path, folder, identifier: naming.text(identifier) };
    })
    .sort((one, other) => Buffer.compare(one.identifier, other.identifier));
};

const recordedAt =
  (place: Place) =>
  ({ path, identifier }: Folder): Recorded => ({ ...place(path), identifier, folder: true });

const directory = ({ path, entries }: Folder, place: Place): Buffer =>
  directoryOf([
    recordOf({ ...place(path), identifier: here, folder: true }),
    recordOf({ ...place(''), identifier: above, folder: true }),
    ...entries.map(({ path, identifier, folder }) => recordOf({ ...place(path), identifier, folder })),
  ]);

const padded = (bytes: Buffer): Buffer => {
  const missing = -bytes.length & (sectorSize - 1);
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
};
