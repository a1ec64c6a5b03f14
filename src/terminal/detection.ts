import type { Detection, Evidence } from '../detect/detection.ts';
import { columns, harmless, heading } from './paint.ts';

const rowOf = ({ source, value, supports }: Evidence): string[] => [
  harmless(source),
  harmless(value),
  supports === null ? '' : `→ ${supports}`,
];

/** The verdict, then what it rests on. */
export const describeDetection = (detection: Detection): string => {
  const { hypervisor, mode, platform, container, rule, certainty, evidence, overruled, buses } = detection;
  const where = [hypervisor, mode, platform && `on ${platform}`, container && `in a ${container} container`];
  return [
    heading(`${where.filter(Boolean).join(' ')} (${certainty}, rule ${rule})`),
    columns([['buses', buses.join(' ') || 'none']]),
    heading('seen'),
    columns(evidence.map(rowOf)),
    overruled.length === 0 ? '' : heading('overruled') + columns(overruled.map(rowOf)),
  ].join('');
};
