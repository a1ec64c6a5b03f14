/** Colour only on a terminal and never with NO_COLOR: styleText looks at both (node:util). */
import { styleText } from 'node:util';
import type { Notice } from '../notices/notice.ts';

type Style = Parameters<typeof styleText>[0];

export const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

/** A heading of the terminal's stories. */
export const heading = (text: string): string => `${paint('bold', text)}\n`;

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
