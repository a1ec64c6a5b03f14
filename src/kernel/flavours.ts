/** What a distribution's kernel releases are called, and which of its flavours drives every machine. */

export interface Flavour {
  flavour: string;
  /** null: not known to the table. */
  universal: boolean | null;
}

interface Row extends Flavour {
  /** What the release of such a kernel ends in. */
  suffix: RegExp;
}

const row = (suffix: RegExp, flavour: string, universal = false): Row => ({ suffix, flavour, universal });

const debianArch = '(?:amd64|arm64|686|686-pae|armmp|armmp-lpae|powerpc64le|s390x|riscv64)';

/** By `ID` of os-release(5); rows in order, the first that fits counts. Packages: facts of each distribution's archive. */
const flavours: Record<string, Row[]> = {
  debian: [
    row(new RegExp(`-cloud-${debianArch}$`), 'cloud'),
    row(new RegExp(`-rt-${debianArch}$`), 'rt'),
    row(new RegExp(`-${debianArch}$`), 'generic', true),
  ],
  ubuntu: [
    // linux-image-virtual brings a -generic kernel, without linux-modules-extra (since 14.04): its release does not tell.
    row(/-generic$/, 'generic', true),
    row(/-lowlatency$/, 'lowlatency', true),
    ...['kvm', 'azure', 'aws', 'gcp', 'gke', 'oracle', 'ibm'].map(name => row(new RegExp(`-${name}$`), name)),
  ],
  alpine: [row(/-lts$/, 'lts', true), row(/-stable$/, 'stable', true), row(/-virt$/, 'virt')],
  suse: [
    // kernel-default-base is a subpackage with the base modules of the same kernel: the same release.
    row(/-default$/, 'default', true),
    ...['azure', 'kvmsmall', 'rt'].map(name => row(new RegExp(`-${name}$`), name)),
  ],
  photon: [
    ...['esx', 'aws', 'rt'].map(name => row(new RegExp(`\\.ph\\d+-${name}$`), name)),
    row(/\.ph\d+$/, 'generic', true),
  ],
  fedora: [row(/[.+]rt$|\.rt\d/, 'rt'), row(/\+debug$/, 'debug'), row(/\.(?:fc|el|amzn)\d+/, 'generic', true)],
};

const unknown = (release: string): Flavour => ({
  flavour: /-([A-Za-z]\w*)$/.exec(release)?.[1] ?? 'generic',
  universal: null,
});

/**
 * @param distribution `ID` and the words of `ID_LIKE` of os-release, most specific first.
 * @example flavourOf(['debian'], '6.1.0-50-cloud-amd64') // { flavour: 'cloud', universal: false }
 */
export const flavourOf = (distribution: readonly string[], release: string): Flavour => {
  const rows = distribution.flatMap(id => flavours[id] ?? []);
  const found = rows.find(({ suffix }) => suffix.test(release));
  return found === undefined ? unknown(release) : { flavour: found.flavour, universal: found.universal };
};
