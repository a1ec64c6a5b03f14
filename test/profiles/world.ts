/** Facts, Settings and Detection of an ordinary KVM guest, for tests to vary. Frozen: planning must not change what it reads. */
import type { Detection } from '../../src/detect/detection.ts';
import type { BlockDevice, Facts } from '../../src/facts/facts.ts';
import type { InstalledKernel } from '../../src/kernel/installed.ts';
import type { Profile } from '../../src/profiles/schema.ts';
import { emptyProfile } from '../../src/profiles/sections.ts';
import type { Settings } from '../../src/settings/settings.ts';

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
};

export const detection = (part: Partial<Detection> = {}): Detection =>
  frozen({
    virtualized: true,
    hypervisor: 'kvm',
    mode: null,
    platform: null,
    container: null,
    arch: 'x86_64',
    buses: ['pci', 'virtio'],
    rule: 'cpuid-highest',
    certainty: 'certain',
    evidence: [],
    overruled: [],
    ...part,
  });

export const settings = (part: Partial<Settings> = {}): Settings =>
  frozen({
    mode: { value: 'enforce', source: 'default' },
    kernel: { value: 'auto', source: 'default' },
    'kernel.prune': { value: 0, source: 'default' },
    'packages.network': { value: false, source: 'default' },
    'packages.sha256': { value: null, source: 'default' },
    reboot: { value: 'auto', source: 'default' },
    profile: { value: null, source: 'default' },
    workload: { value: null, source: 'default' },
    tune: { value: 'on', source: 'default' },
    sysctl: {},
    scrub: { value: false, source: 'default' },
    debug: { value: false, source: 'default' },
    ...part,
  });

export const kernel = (release: string, flavour: string): InstalledKernel => ({
  release,
  flavour,
  universal: flavour === 'generic',
  image: `/boot/vmlinuz-${release}`,
  initramfs: `/boot/initrd.img-${release}`,
  modules: `/usr/lib/modules/${release}`,
});

export const disk = (name: string, driver: string | null, part: Partial<BlockDevice> = {}): BlockDevice => ({
  name,
  driver,
  schedulers: ['none', 'mq-deadline'],
  rotational: true,
  readOnly: false,
  ...part,
});

export const facts = (part: Partial<Facts> = {}): Facts =>
  frozen({
    detection: detection(),
    environment: null,
    devices: [],
    blockDevices: [disk('vda', 'virtio_blk')],
    cards: [],
    distribution: { id: 'debian', version: '12', like: [] },
    runningRelease: '6.1.0-50-amd64',
    commandLine: 'BOOT_IMAGE=/boot/vmlinuz-6.1.0-50-amd64 root=UUID=1 ro quiet',
    triedArguments: [],
    kernels: [
      kernel('6.1.0-50-amd64', 'generic'),
      kernel('6.1.0-9-cloud-amd64', 'cloud'),
      kernel('6.1.0-50-cloud-amd64', 'cloud'),
    ],
    kept: [],
    manager: null,
    packages: [],
    packageNotices: [],
    importedPackages: null,
    memory: 1_073_741_825,
    cpus: 2,
    modules: ['virtio_balloon', 'ptp_kvm', 'floppy', 'nvme_core'],
    initramfs: [],
    offers: [],
    chrony: null,
    tools: [],
    ...part,
  });

const because = { reason: 'because', reference: 'https://example.org/' };

/** Profile lines in short. */
export const profile = (name: string, part: Partial<Profile> = {}): Profile =>
  frozen({ ...emptyProfile(name), ...part });
export const line = (value: string) => ({ value, ...because });
export const atLeast = (least: string) => ({ atLeast: least, ...because });
export const prefer = (distribution: string, ...flavours: string[]) => ({ distribution, prefer: flavours, ...because });
export const queue = (driver: string, scheduler: string) => ({ driver: [driver], scheduler, ...because });
