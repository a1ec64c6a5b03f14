/** The contract of `detect --json`, to the letter: no field more, no field less, no word that is not in it. */
import { z } from 'zod';
import { hypervisors, modes, platforms } from '../../src/detect/detection.ts';

const evidence = z.strictObject({
  probe: z.string().min(1),
  source: z.string().startsWith('/'),
  value: z.string(),
  supports: z.string().min(1).nullable(),
});

export const detectionSchema = z.strictObject({
  schemaVersion: z.literal(1),
  virtualized: z.boolean(),
  hypervisor: z.enum(hypervisors),
  mode: z.enum(modes).nullable(),
  platform: z.enum(platforms).nullable(),
  container: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i)
    .nullable(),
  arch: z
    .string()
    .regex(/^[a-z0-9_]{1,32}$/i)
    .nullable(),
  buses: z.array(z.enum(['pci', 'virtio', 'vmbus', 'xen', 'usb', 'scsi'])),
  rule: z.string().regex(/^[a-z0-9-]+$/),
  certainty: z.enum(['certain', 'inferred']),
  evidence: z.array(evidence),
  overruled: z.array(evidence),
});
