/** The disk as a power cut right after each flush would have left it: what was flushed is there, and nothing later. */
import { type FileHandle, open } from 'node:fs/promises';
import { type Entry, entriesOf } from './log.ts';

/** A part of a disk in a file of its own: a partition, or all of it. */
export interface Part {
  file: string;
  /** Where it begins on the disk, and how long it is, in bytes. */
  start: number;
  size: number;
}

/** Writes what of this lies in the part. */
const apply = async (handle: FileHandle, { start, size }: Part, { offset, data }: Entry): Promise<void> => {
  const from = Math.max(offset, start);
  const to = Math.min(offset + data.length, start + size);
  if (from < to) await handle.write(data, from - offset, to - from, from - start);
};

/**
 * Replays the log onto copies of the disk as it was before; yields the number of each flush that followed a write, after which the
 * files hold the disk of that moment. They may be read in between, and must be left as they are.
 */
export async function* boundaries(log: string, parts: readonly Part[]): AsyncGenerator<number> {
  const handles = await Promise.all(parts.map(({ file }) => open(file, 'r+')));
  try {
    let [flushes, written] = [0, false];
    for await (const entry of entriesOf(log)) {
      if (entry.flush) {
        flushes += 1;
        if (written) yield flushes;
        written = false;
      }
      written ||= entry.data.length > 0;
      for (const [index, part] of parts.entries()) await apply(handles[index] as FileHandle, part, entry);
    }
    if (written) yield flushes + 1;
  } finally {
    await Promise.all(handles.map(handle => handle.close()));
  }
}
