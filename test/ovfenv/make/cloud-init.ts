/** Debian's own cloud-init in front of a machine that has our disc in its drive. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { unpacked } from '../../../scripts/debian.ts';
import { folderWith } from '../../detect/folder.ts';

/** cloud-init, and what its Python imports on the way to the OVF data source. */
const packages = [
  'cloud-init',
  ...['certifi', 'chardet', 'charset-normalizer', 'configobj', 'idna', 'requests', 'six', 'urllib3', 'yaml'].map(
    name => `python3-${name}`,
  ),
];

export const cloudInit = (): { identify: string; python: string } => {
  const folder = unpacked('cloud-init', packages);
  return {
    identify: join(folder, 'usr/lib/cloud-init/ds-identify'),
    python: join(folder, 'usr/lib/python3/dist-packages'),
  };
};

/**
 * A PATH on which the image is /dev/sr0 of a KVM guest: the real blkid is asked about the image, and what would mount it extracts it
 * (not every kernel the tests run on has isofs).
 */
export const pathWith = (t: TestContext, image: string): string => {
  const programs = {
    blkid: `/sbin/blkid "$@" '${image}' | sed 's:${image}:/dev/sr0:'`,
    mount: `eval "into=\\$$#"; exec xorriso -osirrox on -indev '${image}' -extract / "$into" >/dev/null 2>&1`,
    umount: 'true',
    'systemd-detect-virt': 'echo kvm',
  };
  const files = Object.entries(programs).map(([name, line]) => [name, `#!/bin/sh\n${line}\n`]);
  const folder = folderWith(t, { files: Object.fromEntries(files) });
  for (const name of Object.keys(programs)) chmodSync(join(folder, name), 0o755);
  return `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`;
};
