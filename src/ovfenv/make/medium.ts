/** A medium is the writer's side of a transport: what the operator keeps in files, and how each platform is told about it. */
import { EnlightenError } from '../../errors.ts';
import type { Bytes, Path } from '../../guest/guest.ts';

export interface HandOver {
  /** As its makers spell it: `Proxmox VE`. */
  platform: string;
  /** A command line, a piece of configuration, or a few of them; names files rather than values wherever the platform can read a file. */
  how: string;
}

export interface Made {
  /** Each holds every property, so only its owner may read it. */
  files: { path: Path; content: Buffer }[];
  handOver: HandOver[];
}

interface Order {
  /** The environment document. */
  document: string;
  /** Where the operator wants it, as the platforms are to find it: an absolute path. */
  file: Path;
  /** Name → content of what lies beside the document on a disc. */
  companions: ReadonlyMap<string, Buffer>;
}

export type Medium = (order: Order) => Made;

export const tooLarge = (medium: string, bytes: Bytes, most: Bytes): EnlightenError =>
  new EnlightenError('usage', {
    tried: 'write',
    on: 'the environment',
    happened: `it takes ${bytes} bytes, and ${medium} carries ${most}`,
    remedy: 'A disc has room: --output NAME.iso',
  });
