/** Every medium by the name its option has; `document` is the bare XML, for whoever delivers it by other means. */
import { fwCfg } from './fw-cfg.ts';
import { iso } from './iso.ts';
import { kvp } from './kvp.ts';
import type { Medium } from './medium.ts';
import { smbios } from './smbios.ts';
import { xenstore } from './xenstore.ts';

const document: Medium = ({ document, file }) => ({
  files: [{ path: file, content: Buffer.from(document) }],
  handOver: [],
});

export const media = { document, iso, 'fw-cfg': fwCfg, smbios, kvp, xenstore } as const satisfies Record<
  string,
  Medium
>;

export type MediumName = keyof typeof media;
