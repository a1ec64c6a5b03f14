import type { Cell, Matrix } from './matrix.ts';
import type { Mended } from './mend/mend.ts';

const cellJson = ({ finding }: Cell) => ({
  state: finding.state,
  vital: finding.vital,
  reason: finding.state === 'ok' ? finding.reason : null,
  by: finding.state === 'ok' ? null : finding.by,
  kernels: finding.kernels ?? null,
});

const cellsJson = (cells: readonly Cell[]) => Object.fromEntries(cells.map(cell => [cell.requirement, cellJson(cell)]));

/** The document of `prepare --json`; with `--check` nothing was done. */
export const matrixJson = ({ first, decided, kernels, image, rows }: Matrix, { done, left }: Mended) => ({
  schemaVersion: 1,
  kernel: first,
  decided,
  kernels,
  image: cellsJson(image),
  done: done.map(({ id, desired, reason, reference }) => ({ id, desired, reason, reference })),
  left,
  targets: rows.map(({ target, boots, able, cells }) => ({
    id: target.id,
    family: target.family,
    title: target.title,
    boots,
    able,
    reference: target.reference,
    requirements: cellsJson(cells),
  })),
});
