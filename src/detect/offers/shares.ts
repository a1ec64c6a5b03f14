/** Folders of the host: the transport is a device or a service, in use is what is mounted. */

import { pci } from '../nature/nature.ts';
import { describeDevice, type Ground, matching } from './ground.ts';
import { type Missing, type Offer, type OfferRow, offerOf } from './offer.ts';
import { type Driver, neededFor } from './running-kernel.ts';

interface ShareRow extends OfferRow {
  modalias: RegExp;
  /** True where the device is the share; false where it only serves shares that the host may have. */
  deviceIsShare: boolean;
  /** File system types as /proc/self/mounts names them. */
  types: readonly string[];
  /** The kernel's part, or the package that brings the file system. */
  needs: Driver | { package: string; program: string };
}

const rows: readonly ShareRow[] = [
  {
    id: 'share-virtiofs',
    title: 'folders of the host (virtio-fs)',
    modalias: /^(virtio:d0000001Av|pci:v00001AF4d0000105A)/,
    deviceIsShare: true,
    types: ['virtiofs'],
    needs: { module: 'virtiofs', config: 'CONFIG_VIRTIO_FS' },
    reference: 'Documentation/filesystems/virtiofs.rst',
  },
  {
    id: 'share-9p',
    title: 'folders of the host (9p)',
    modalias: /^(virtio:d00000009v|pci:v00001AF4d0000(1009|1049)|xen:9pfs)/,
    deviceIsShare: true,
    types: ['9p'],
    needs: { module: '9pnet_virtio', config: 'CONFIG_NET_9P_VIRTIO' },
    reference: 'Documentation/filesystems/9p.rst',
  },
  {
    id: 'share-vbox',
    title: 'folders of the host (VirtualBox)',
    modalias: pci('80EE', 'CAFE'),
    deviceIsShare: false,
    types: ['vboxsf'],
    needs: { module: 'vboxsf', config: 'CONFIG_VBOXSF_FS' },
    reference: 'Documentation/filesystems/vboxsf (fs/vboxsf)',
  },
  {
    id: 'share-hgfs',
    title: 'folders of the host (VMware)',
    modalias: pci('15AD', '0740'),
    deviceIsShare: false,
    types: ['fuse.vmhgfs-fuse', 'vmhgfs'],
    needs: { package: 'open-vm-tools', program: '/usr/bin/vmhgfs-fuse' },
    reference: 'open-vm-tools, vmhgfs-fuse',
  },
];

const MAX_MOUNTS = 1024 * 1024;

/** Types of what is mounted; null where that is not told. */
const mountedTypes = async ({ guest }: Ground): Promise<Set<string> | null> => {
  const text = await guest.text('/proc/self/mounts', MAX_MOUNTS);
  return text === null ? null : new Set(text.split('\n').map(line => line.split(' ')[2] ?? ''));
};

const missing = async ({ guest, kernel }: Ground, needs: ShareRow['needs']): Promise<Missing | null> => {
  if ('module' in needs) return neededFor(kernel, needs);
  const installed = (await guest.stat(needs.program)) !== null;
  return installed ? null : { kind: 'package', name: needs.package };
};

export const shareOffers = async (ground: Ground): Promise<Offer[]> => {
  const types = await mountedTypes(ground);
  return Promise.all(
    rows.map(async row => {
      const devices = matching(ground, row.modalias);
      const mounted = types === null ? null : row.types.find(type => types.has(type));
      const nothing = ground.devices.length === 0 ? null : false;
      return offerOf(row, {
        offered: mounted ? true : devices.length === 0 ? nothing : row.deviceIsShare || null,
        inUse: mounted === null ? null : mounted !== undefined,
        missing: await missing(ground, row.needs),
        evidence: [...devices.map(describeDevice), ...(mounted ? [`a ${mounted} is mounted`] : [])],
      });
    }),
  );
};
