/** Containers, and machines that only look like one. Composed from the facts, not captured. */
import { type Contents, cpuidOf } from '../folder.ts';
import { composed, type Machine } from '../judged.ts';

const firstNamespace = { '/proc/self/ns/pid': 'pid:[4026531836]' };
const ownNamespace = { '/proc/self/ns/pid': 'pid:[4026532281]' };
const disk = { '/proc/self/mountinfo': '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n' };
const overlay = { '/proc/self/mountinfo': '27 1 0:55 / / rw,relatime - overlay overlay rw,lowerdir=/l\n' };
const subvolume = { '/proc/self/mountinfo': '27 1 0:31 /docker/btrfs/abc / rw - btrfs /dev/sda2 rw\n' };

const cases: Record<string, Contents & { is: string | null }> = {
  'no container': { links: firstNamespace, files: disk, is: null },
  docker: { links: ownNamespace, files: { ...overlay, '/.dockerenv': '' }, is: 'docker' },
  'docker in the PID namespace of its host': {
    links: firstNamespace,
    files: { ...overlay, '/.dockerenv': '' },
    is: 'docker',
  },
  'the same on btrfs': { links: firstNamespace, files: { ...subvolume, '/.dockerenv': '' }, is: 'docker' },
  'docker, nothing else to be seen': { files: { '/.dockerenv': '' }, is: 'docker' },
  "a machine made of a container's tree": { links: firstNamespace, files: { ...disk, '/.dockerenv': '' }, is: null },
  podman: { links: ownNamespace, files: { '/run/.containerenv': '' }, is: 'podman' },
  'systemd-nspawn': { files: { '/run/systemd/container': 'systemd-nspawn\n' }, is: 'systemd-nspawn' },
  lxc: { links: ownNamespace, files: { '/proc/1/environ': 'TERM=linux\0container=lxc\0' }, is: 'lxc' },
  'a manager that names the standard it follows': {
    files: { '/proc/1/environ': 'container=oci\0', '/run/.containerenv': '' },
    is: 'podman',
  },
  'one that leaves nothing else': { files: { '/proc/1/environ': 'container=oci\0' }, is: 'other' },
  'a manager that gives no name': { files: { '/proc/1/environ': 'container=\0' }, is: null },
  'a manager that gives nonsense': { files: { '/run/systemd/container': 'two words\x1b[31m' }, is: 'other' },
  WSL: { files: { '/proc/sys/kernel/osrelease': '5.15.90.1-microsoft-standard-WSL2\n' }, is: 'wsl' },
  openvz: { folders: ['/proc/vz'], is: 'openvz' },
  'an OpenVZ host': { folders: ['/proc/vz', '/proc/bc'], is: null },
  'containerd, which leaves no mark': { links: ownNamespace, files: overlay, is: 'other' },
};

/** Each of them in a machine under KVM: the container never replaces the machine. */
const inKvm = ({ is, ...contents }: Contents & { is: string | null }): Omit<Machine, 'origin'> => ({
  ...contents,
  cpuid: cpuidOf('KVMKVMKVM'),
  is: { container: is, hypervisor: 'kvm', virtualized: true },
});

export const containers = composed(
  Object.fromEntries(Object.entries(cases).map(([name, contents]) => [name, inKvm(contents)])),
);
