import { EnlightenError } from './errors.ts';

/** Standard input to its end. @throws EnlightenError `too-large` beyond `max` bytes */
export const readInput = async (max: number): Promise<Buffer> => {
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > max)
      throw new EnlightenError('too-large', {
        tried: 'read',
        on: 'standard input',
        happened: `it has more than ${max} bytes`,
      });
    read.push(chunk);
  }
  return Buffer.concat(read);
};
