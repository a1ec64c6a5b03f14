/** Which kernel a package brings a part of, by its name and version: the reverse of how each distribution names them. */
import type { Format, Metadata } from './package.ts';

type Naming = (metadata: Metadata) => string | null;

/** `linux-image-6.1.0-57-cloud-amd64`; Ubuntu splits a kernel in image, modules and modules-extra. Nothing without a version. */
const deb: Naming = ({ name }) =>
  /^linux-(?:image|image-unsigned|modules|modules-extra)-(\d.*?)(?:-unsigned)?$/.exec(name)?.[1] ?? null;

/** Fedora and Red Hat: `kernel-core` 6.5.6-300.fc39 of x86_64. SUSE: `kernel-azure` 5.14.21-150500.33.3.1, without its last number. Photon: `linux-esx`. */
const rpm: Naming = ({ name, version, architecture }) => {
  if (/^kernel(?:-core|-modules|-modules-core|-modules-extra)?$/.test(name) && /\.(?:fc|el|amzn)\d+/.test(version))
    return `${version}.${architecture}`;
  const suse = /^kernel-(default|azure|kvmsmall|rt)$/.exec(name)?.[1];
  if (suse) return `${version.replace(/\.\d+$/, '')}-${suse}`;
  const photon = /^linux(?:-(esx|aws|rt))?$/.exec(name);
  return photon && /\.ph\d+$/.test(version) ? [version, photon[1]].filter(Boolean).join('-') : null;
};

/** `linux-virt` 6.18.9-r0 is the release 6.18.9-0-virt. */
const apk: Naming = ({ name, version }) => {
  const flavour = /^linux-(virt|lts|stable)$/.exec(name)?.[1];
  return flavour ? `${version.replace(/-r(\d+)$/, '-$1')}-${flavour}` : null;
};

const namings: Record<Format, Naming> = { deb, rpm, apk };

/** @returns the release as `uname -r` will say it; null for what is no kernel. */
export const releaseOf = (format: Format, metadata: Metadata): string | null => namings[format](metadata);
