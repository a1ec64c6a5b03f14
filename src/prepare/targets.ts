/** Where an image may come up: one row for each kind of machine. What is not said is taken from the row of its family. */
import { disks, nics } from './hardware.ts';
import type { Target } from './target.ts';
import { tools } from './tools.ts';

type Family = Omit<Target, 'id' | 'title' | 'disk' | 'nic'>;

const kvm: Family = {
  family: 'kvm',
  startedBy: ['bios', 'efi'],
  needs: [],
  consoles: ['tty0', 'ttyS0'],
  clock: { source: 'kvm-clock', symbol: 'KVM_GUEST' },
  tools: [tools.qemu],
  extras: {
    virtio_balloon: 'memory cannot be given back to the host',
    virtio_rng: 'no entropy from the host',
    virtio_console: 'the guest agent has no channel',
  },
  reference: 'https://libvirt.org/formatdomain.html',
};

const xen: Family = {
  family: 'xen',
  startedBy: ['host'],
  needs: [],
  consoles: ['hvc0'],
  clock: { source: 'xen', symbol: 'XEN' },
  tools: [tools.xen],
  extras: {},
  reference: 'https://xenbits.xen.org/docs/unstable/man/xl.cfg.5.html',
};

const hyperv: Family = {
  family: 'hyperv',
  startedBy: ['bios'],
  needs: [],
  consoles: ['tty0', 'ttyS0'],
  clock: { source: 'hyperv_clocksource_tsc_page', symbol: 'HYPERV_TIMER' },
  tools: [tools.hyperv],
  extras: {
    hv_utils: 'no shutdown, time or backup requests from the host',
    hv_balloon: 'no dynamic memory',
    hyperv_keyboard: 'no keyboard, not even for a passphrase',
  },
  reference: 'https://docs.kernel.org/virt/hyperv/overview.html',
};

const vmware: Family = {
  family: 'vmware',
  startedBy: ['bios', 'efi'],
  needs: [],
  consoles: ['tty0'],
  clock: null,
  tools: [tools.vmware],
  extras: {
    vmw_balloon: 'memory cannot be given back to the host',
    vmwgfx: 'the console keeps the firmware’s resolution',
  },
  reference:
    'https://docs.vmware.com/en/VMware-vSphere/8.0/vsphere-vm-administration/GUID-5872D173-A076-42FE-8D0B-9DB0EB0E7362.html',
};

const virtualbox: Family = {
  family: 'virtualbox',
  startedBy: ['bios', 'efi'],
  needs: [],
  consoles: ['tty0'],
  clock: null,
  tools: [tools.virtualbox],
  extras: { vboxguest: 'no guest properties, time or shared folders' },
  reference: 'https://www.virtualbox.org/manual/ch03.html',
};

const aws: Family = {
  family: 'aws',
  startedBy: ['bios', 'efi'],
  needs: [],
  consoles: ['ttyS0', 'tty0'],
  clock: { source: 'kvm-clock', symbol: 'KVM_GUEST' },
  tools: [tools.amazon],
  extras: {},
  reference: 'https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html',
};

const azure: Family = {
  ...hyperv,
  family: 'azure',
  startedBy: ['bios', 'efi'],
  consoles: ['ttyS0'],
  tools: [tools.azure],
  extras: {
    hv_utils: 'no shutdown or time from the host',
    mlx5_core: 'no accelerated networking on ConnectX hosts',
    mana: 'no accelerated networking on newer hosts',
    nvme: 'no NVMe disks, which newer sizes have instead',
  },
  reference:
    'https://github.com/MicrosoftDocs/SupportArticles-docs/blob/main/support/azure/virtual-machines/linux/linux-hyperv-issue.md',
};

const gcp: Family = {
  ...kvm,
  family: 'gcp',
  consoles: ['ttyS0'],
  tools: [tools.google],
  extras: { virtio_rng: 'no entropy from the host' },
  reference: 'https://docs.cloud.google.com/compute/docs/images/building-custom-os',
};

const { virtioBlk, virtioScsi, hypervIde, hypervScsi, pvscsi, lsiLogic, vmwareNvme } = disks;
const { virtioNet, vmxnet3, vmwareE1000 } = nics;

const row = (
  family: Family,
  id: string,
  title: string,
  own: Pick<Target, 'disk' | 'nic'> & Partial<Family>,
): Target => ({
  ...family,
  id,
  title,
  ...own,
});

export const targets: readonly Target[] = [
  row(kvm, 'kvm-virtio-blk', 'KVM, virtio-blk', { disk: virtioBlk, nic: virtioNet }),
  row(kvm, 'kvm-virtio-scsi', 'KVM, virtio-scsi', { disk: virtioScsi, nic: virtioNet }),
  row(xen, 'xen-pv', 'Xen PV', { disk: disks.xen, nic: nics.xen, needs: ['XEN_PV'] }),
  row(xen, 'xen-pvh', 'Xen PVH', { disk: disks.xen, nic: nics.xen, needs: ['XEN_PVH'] }),
  row(xen, 'xen-hvm', 'Xen HVM', {
    disk: disks.xen,
    nic: nics.xen,
    startedBy: ['bios', 'efi'],
    needs: ['XEN_PVHVM'],
    consoles: ['tty0', 'ttyS0'],
  }),
  row(hyperv, 'hyperv-gen1', 'Hyper-V, generation 1', { disk: hypervIde, nic: nics.hyperv }),
  row(hyperv, 'hyperv-gen2', 'Hyper-V, generation 2', { disk: hypervScsi, nic: nics.hyperv, startedBy: ['efi'] }),
  row(vmware, 'vmware-pvscsi-vmxnet3', 'VMware, pvscsi, vmxnet3', { disk: pvscsi, nic: vmxnet3 }),
  row(vmware, 'vmware-pvscsi-e1000', 'VMware, pvscsi, e1000', { disk: pvscsi, nic: vmwareE1000 }),
  row(vmware, 'vmware-lsi-vmxnet3', 'VMware, LSI Logic, vmxnet3', { disk: lsiLogic, nic: vmxnet3 }),
  row(vmware, 'vmware-lsi-e1000', 'VMware, LSI Logic, e1000', { disk: lsiLogic, nic: vmwareE1000 }),
  row(vmware, 'vmware-nvme-vmxnet3', 'VMware, NVMe, vmxnet3', { disk: vmwareNvme, nic: vmxnet3 }),
  row(vmware, 'vmware-nvme-e1000', 'VMware, NVMe, e1000', { disk: vmwareNvme, nic: vmwareE1000 }),
  row(virtualbox, 'virtualbox', 'VirtualBox, AHCI, e1000', { disk: disks.ahci, nic: nics.virtualboxE1000 }),
  row(aws, 'aws', 'Amazon EC2, Nitro', { disk: disks.amazonNvme, nic: nics.ena }),
  row(azure, 'azure', 'Azure', { disk: hypervScsi, nic: nics.hyperv }),
  row(gcp, 'gcp-virtio', 'Google Cloud, virtio-scsi', { disk: virtioScsi, nic: virtioNet }),
  row(gcp, 'gcp-nvme', 'Google Cloud, NVMe, gVNIC', { disk: disks.googleNvme, nic: nics.gve, startedBy: ['efi'] }),
];
