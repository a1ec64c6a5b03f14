/** Where a line holds: all that is named must be so. Loads zod. */
import { listOf, matching, strict, word } from './words.ts';

const COMPARISON = '(?:<|<=|=|>=|>) *';
const comparisons = (number: string, example: string) =>
  matching(
    new RegExp(`^${COMPARISON}${number}(?:, *${COMPARISON}${number})*$`),
    `expected comparisons such as ${example}`,
  );

export const condition = strict({
  /** Of the running kernel's version: `>= 5.4, < 6.6`. */
  kernel: comparisons('\\d+(?:\\.\\d+)*', '>= 5.4, < 6.6').optional(),
  /** One of these kernel drivers has a device here. */
  driver: listOf(word, 'a list of kernel drivers').optional(),
  /** A device here has such a modalias; `*` stands for anything. */
  device: listOf(
    matching(/^[!-~]+$/, 'expected a modalias such as virtio:d00000005v*'),
    'a list of modaliases',
  ).optional(),
  /** Of the number of processors that are online. */
  cpus: comparisons('\\d+', '>= 4').optional(),
  /** Of the size of memory. */
  memory: comparisons('\\d+ *[KMGT]iB', '>= 4 GiB').optional(),
  /** The hypervisor offers one of these, as `enlighten detect --offers` names them. */
  feature: listOf(word, 'a list of what enlighten detect --offers names').optional(),
}).refine(
  parts => Object.keys(parts).length > 0,
  'expected at least one of kernel, driver, device, cpus, memory, feature',
);
