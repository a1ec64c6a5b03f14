import type { Cell, Matrix } from './matrix.ts';

const cellJson = ({ finding }: Cell) => ({
  state: finding.state,
  vital: finding.vital,
  reason: finding.state === 'ok' ? finding.reason : null,
  by: finding.state === 'ok' ? null : finding.by,
  kernels: finding.kernels ?? null,
});

const cellsJson = (cells: readonly Cell[]) => Object.fromEntries(cells.map(cell => [cell.requirement, cellJson(cell)]));

/** The document of `prepare --check --json`. */
export const matrixJson = ({ first, decided, kernels, image, rows }: Matrix) => ({
  schemaVersion: 1,
  kernel: first,
  decided,
  kernels,
  image: cellsJson(image),
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
