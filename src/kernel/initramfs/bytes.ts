import { EnlightenError } from '../../errors.ts';

/** Outside data that breaks its format: thrown inside this folder, returned as a Notice by read.ts. */
export const damaged = (happened: string, cause?: unknown): EnlightenError =>
  new EnlightenError('refused', { tried: 'read', on: 'initramfs', happened, cause });

const NOTHING = Buffer.alloc(0);

/** Pulls exact numbers of bytes out of a stream of chunks, holding no more than it was asked for and one chunk. */
export class ByteSource {
  /** Where the next byte lies. */
  position: number;
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = NOTHING;

  /** @param position where the first chunk begins in its file */
  constructor(chunks: AsyncIterable<Buffer>, position = 0) {
    this.chunks = chunks[Symbol.asyncIterator]();
    this.position = position;
  }

  /** Up to `length` of the next bytes, without consuming them; fewer only at the end. */
  async peek(length: number): Promise<Buffer> {
    while (this.held.length < length) {
      const next = await this.chunks.next();
      if (next.done === true) break;
      this.held = this.held.length === 0 ? next.value : Buffer.concat([this.held, next.value]);
    }
    return this.held.subarray(0, length);
  }

  /** Exactly `length` bytes. Throws EnlightenError `refused` when the stream ends before. */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.peek(length);
    if (bytes.length < length) throw damaged('it ends in the middle');
    this.consume(length);
    return bytes;
  }

  /** Consumes `length` bytes, showing them piece by piece. Throws EnlightenError `refused` when the stream ends before. */
  async pass(length: number, show: (piece: Buffer) => void = () => {}): Promise<void> {
    for (let left = length; left > 0; ) {
      const piece = (await this.peek(1)).length === 0 ? NOTHING : this.held.subarray(0, left);
      if (piece.length === 0) throw damaged('it ends in the middle');
      show(piece);
      this.consume(piece.length);
      left -= piece.length;
    }
  }

  /** Consumes zero bytes; the kernel skips them between the parts of an initramfs (init/initramfs.c, unpack_to_rootfs). */
  async passZeros(): Promise<void> {
    while ((await this.peek(1)).length > 0) {
      const bytes = this.held;
      let zeros = 0;
      while (zeros < bytes.length && bytes[zeros] === 0) zeros += 1;
      this.consume(zeros);
      if (this.held.length > 0) return;
    }
  }

  /** Stops the stream underneath. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private consume(length: number): void {
    this.held = this.held.subarray(length);
    this.position += length;
  }
}
