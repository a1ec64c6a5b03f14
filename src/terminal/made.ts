/** What `env make` wrote, and how each platform is told about it. */
import type { Made } from '../ovfenv/make/medium.ts';

const indented = (text: string): string => text.replace(/^/gm, '  ');

export const describeMade = ({ files, handOver }: Made): string =>
  [
    ...files.map(({ path, content }) => `${path}  ${content.length} bytes, readable by its owner only\n`),
    ...handOver.map(({ platform, how }) => `\n${platform}\n${indented(how)}\n`),
  ].join('');
