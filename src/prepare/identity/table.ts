/**
 * What makes one machine this machine. Baked into an image every clone shares it: two machines with one address, one key, one lease.
 * Each row: where it lies, why it must not travel, and what becomes of it.
 */
import type { Path } from '../../guest/guest.ts';

/** `empty`: the file stays, without content · `remove` · `person`: only a person knows what it should say. */
type Treatment = 'empty' | 'remove' | 'person';

export interface IdentityRow {
  what: string;
  /** Files; `*` stands for any part of one name. Links are passed over: what they point to counts by itself. */
  files: readonly Path[];
  /** Only a file that holds this counts; without it any that is not empty. */
  holding?: RegExp;
  treatment: Treatment;
  /** Left alone unless somebody asks: the vendor may have put it there on purpose. */
  onRequest?: true;
  /** `enlighten seal` takes it away unasked. */
  atSeal?: true;
  why: string;
  reference: string;
}

const MACHINE_ID = /^[0-9a-f]{32}\s*$/;
const MAC = '(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}';

export const identityRows: readonly IdentityRow[] = [
  {
    what: 'machine-id',
    files: ['/etc/machine-id'],
    holding: MACHINE_ID,
    treatment: 'empty',
    why: 'DHCP clients and journals tell machines apart by it; an empty file is filled at the first boot',
    reference: 'https://www.freedesktop.org/software/systemd/man/latest/machine-id.html',
  },
  {
    what: 'D-Bus’s machine-id',
    files: ['/var/lib/dbus/machine-id'],
    holding: MACHINE_ID,
    treatment: 'remove',
    why: 'D-Bus tells machines apart by it, takes /etc/machine-id where it is absent, and refuses an empty one',
    reference: 'https://dbus.freedesktop.org/doc/dbus-uuidgen.1.html',
  },
  {
    what: 'SSH host keys',
    files: ['/etc/ssh/ssh_host_*_key', '/etc/ssh/ssh_host_*_key.pub'],
    treatment: 'remove',
    onRequest: true,
    why: 'whoever has the image has every clone’s private key; Debian makes no new ones by itself (cloud-init and `ssh-keygen -A` do)',
    reference: 'https://man.openbsd.org/sshd.8#FILES',
  },
  {
    what: 'random seed',
    files: [
      '/var/lib/systemd/random-seed',
      '/var/lib/urandom/random-seed',
      '/boot/efi/loader/random-seed',
      '/efi/loader/random-seed',
      '/boot/loader/random-seed',
    ],
    treatment: 'remove',
    why: 'clones that start from the same seed may draw the same keys',
    reference: 'https://systemd.io/RANDOM_SEEDS',
  },
  {
    what: 'DHCP leases and identifiers',
    files: [
      '/var/lib/dhcp/*.leases',
      '/var/lib/dhclient/*.leases',
      '/var/lib/dhcpcd/*.lease*',
      '/var/lib/dhcpcd/duid',
      '/etc/dhcpcd.duid',
      '/var/lib/NetworkManager/*.lease',
      '/var/lib/NetworkManager/secret_key',
      '/var/lib/NetworkManager/timestamps',
    ],
    treatment: 'remove',
    why: 'two machines would ask for the same address',
    reference: 'https://www.rfc-editor.org/rfc/rfc8415#section-11',
  },
  {
    what: 'hard-coded MAC address',
    files: [
      '/etc/udev/rules.d/*persistent-net*.rules',
      '/etc/systemd/network/*.link',
      '/etc/systemd/network/*.network',
      '/etc/netplan/*.yaml',
      '/etc/NetworkManager/system-connections/*',
      '/etc/network/interfaces',
      '/etc/network/interfaces.d/*',
      '/etc/sysconfig/network-scripts/ifcfg-*',
    ],
    holding: new RegExp(`^[^#\\n]*(?:address|mac|hwaddr)\\S*\\s*[=: ]+["']?(?:ether\\s+)?${MAC}`, 'im'),
    treatment: 'person',
    why: 'the next machine’s network card has another address, and would not be configured',
    reference: 'https://www.freedesktop.org/software/systemd/man/latest/systemd.link.html',
  },
  {
    what: 'cloud-init’s memory of an instance',
    files: [
      '/var/lib/cloud/data/*',
      '/var/lib/cloud/sem/*',
      '/var/lib/cloud/instances/*/obj.pkl',
      '/var/lib/cloud/instances/*/sem/*',
    ],
    treatment: 'remove',
    onRequest: true,
    why: 'it would take a clone for the machine it has already configured, and leave it as that one was',
    reference: 'https://cloudinit.readthedocs.io/en/latest/reference/cli.html#clean',
  },
  {
    what: 'Hyper-V’s key-value pairs',
    files: ['/var/lib/hyperv/.kvp_pool_*'],
    treatment: 'remove',
    atSeal: true,
    why: 'they say what the host of the build told, its environment included',
    reference: 'https://github.com/torvalds/linux/blob/master/tools/hv/hv_kvp_daemon.c',
  },
  {
    what: 'LVM’s list of devices',
    files: ['/etc/lvm/devices/system.devices'],
    treatment: 'remove',
    why: 'LVM would see only the disks of the machine it was built on',
    reference: 'https://man7.org/linux/man-pages/man8/lvmdevices.8.html',
  },
  {
    what: 'cache of block devices',
    files: ['/etc/blkid.tab', '/etc/blkid/blkid.tab', '/etc/lvm/cache/.cache'],
    treatment: 'remove',
    why: 'it names disks that will not be there',
    reference: 'https://man7.org/linux/man-pages/man8/blkid.8.html',
  },
  {
    what: 'iSCSI and NVMe host names',
    files: ['/etc/iscsi/initiatorname.iscsi', '/etc/nvme/hostid', '/etc/nvme/hostnqn'],
    holding: /^(?!#)(?!GenerateName=yes)\S/m,
    treatment: 'person',
    why: 'a target takes two machines of one name for the same',
    reference: 'https://www.rfc-editor.org/rfc/rfc7143#section-4.2.7.2',
  },
];
