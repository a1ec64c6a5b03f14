/** Colour only on a terminal and never with NO_COLOR: styleText looks at both (node:util). */
import { styleText } from 'node:util';
import type { Notice } from '../notices/notice.ts';

type Style = Parameters<typeof styleText>[0];

export const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

/** A heading of the terminal's stories. */
export const heading = (text: string): string => `${paint('bold', text)}\n`;

/** Wide enough for a sentence, narrow enough to read; a serial console has 80 columns. */
const WIDTH = 80;

/** Strings from firmware are anybody's: what would move the cursor or change colours is shown as a dot. */
export const harmless = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·');

/** A text broken at white space, its further lines hanging under the first. */
export const paragraph = (text: string, first = '  ', hanging = '    '): string => {
  const lines: string[] = [];
  let line = first;
  for (const word of harmless(text).split(' ')) {
    const empty = line === first || line === hanging;
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = hanging + word;
    } else {
      line += empty ? word : ` ${word}`;
    }
  }
  return `${[...lines, line].join('\n')}\n`;
};

/** Rows as aligned columns; the last column runs on. */
export const columns = (rows: readonly (readonly string[])[], indent = '  '): string => {
  const most = Math.max(0, ...rows.map(row => row.length));
  const widths = Array.from({ length: most }, (_, index) => Math.max(...rows.map(row => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  ');
  return rows.map(row => `${indent}${line(row).trimEnd()}\n`).join('');
};

export const notices = (list: readonly Notice[]): string =>
  list.map(({ subject, happened, remedy }) => `${paint('yellow', '!')} ${subject}: ${happened} ${remedy}\n`).join('');
