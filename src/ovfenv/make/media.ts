/** Every medium by the name its option has; `document` is the bare XML, for whoever delivers it by other means. */
import { fwCfg } from './fw-cfg.ts';
import { iso } from './iso.ts';
import type { Medium } from './medium.ts';
import { smbios } from './smbios.ts';

const document: Medium = ({ document, file }) => ({
  files: [{ path: file, content: Buffer.from(document) }],
  handOver: [],
});

export const media = { document, iso, 'fw-cfg': fwCfg, smbios } as const satisfies Record<string, Medium>;

export type MediumName = keyof typeof media;
