/** What the readers of a disc's file systems (iso9660/, udf/) give back. */
import type { Bytes } from '../guest/guest.ts';

/** `name` is the file's name as it stands on the disc. */
export type RootFile =
  | { state: 'absent' }
  | { state: 'too-large' | 'damaged'; name: string }
  | { state: 'read'; name: string; content: Buffer };

/** A medium whose file system is known. I/O errors are the block reader's to throw. */
export interface Disc {
  /** The first of `names` (lower case; the disc may write them in any case) that lies in the root directory, whole. */
  rootFile(names: readonly string[], max: Bytes): Promise<RootFile>;
  /** The files that came with the document (EnvironmentFilesSection): absolute paths, sorted. */
  companions(): Promise<string[]>;
}
