import { execa } from 'execa';

/**
 * Runs a shell script inside a root tree. The mounts live in a mount namespace of their own and the processes in a PID
 * namespace: both vanish with the script, however it ends, and nothing is ever left mounted or running. PID 1 stays
 * outside of the chroot on purpose: that difference is how programs (ischroot, systemctl) recognise one.
 *
 * /dev holds the few harmless devices and whatever the caller adds; /sys stays empty, since the build machine's
 * hardware is not the appliance's.
 */
export interface Chroot {
  tree: string;
  script: string;
  /** Links to make below /dev, as name → target. */
  devices?: Record<string, string>;
  /** Files of the tree that are covered for as long as the script runs, as path in the tree → covering file outside. */
  cover?: Record<string, string>;
}

export async function chroot({ tree, script, devices = {}, cover = {} }: Chroot): Promise<void> {
  const setup = [
    'cd "$1"',
    'mount -t proc proc proc',
    'mount -t tmpfs -o mode=755 tmpfs dev',
    'mount -t tmpfs -o mode=755 tmpfs run',
    'mkdir -m 1777 dev/shm',
    'mknod -m 666 dev/null c 1 3; mknod -m 666 dev/zero c 1 5; mknod -m 666 dev/full c 1 7',
    'mknod -m 666 dev/random c 1 8; mknod -m 666 dev/urandom c 1 9; mknod -m 666 dev/tty c 5 0',
    'ln -s /proc/self/fd dev/fd; ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr',
    ...Object.entries(devices).map(([name, to]) => `mkdir -p "$(dirname 'dev/${name}')"; ln -s '${to}' 'dev/${name}'`),
    ...Object.entries(cover).map(([path, by]) => `mount --bind '${by}' './${path}'`),
    'env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot . sh -eu -c "$2"',
    'exit $?',
  ];
  const namespace = ['--mount', '--propagation=private', '--pid', '--fork', '--kill-child'];
  await execa('unshare', [...namespace, 'sh', '-eu', '-c', setup.join('\n'), 'sh', tree, script], { stdin: 'ignore' });
}
