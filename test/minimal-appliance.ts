import { type Contents, cpuidOf, dmiOf, x86 } from './detect/folder.ts';

/**
 * A sealed appliance on KVM as a folder, with everything in it that takes a library to read: settings in YAML and an environment.
 * @param disc the medium in its CD-ROM drive
 */
export const appliance = (disc: Buffer): Contents => ({
  folders: ['run', 'sys/block/sr0'],
  files: {
    ...x86(true),
    ...dmiOf({ sys_vendor: 'QEMU', product_name: 'Standard PC', product_uuid: '0e111647-e000-4000-8000-000000000001' }),
    'cpuid.json': cpuidOf('KVMKVMKVM'),
    'dev/sr0': disc,
    'proc/cmdline': 'root=/dev/vda1 ro quiet\n',
    'proc/sys/vm/swappiness': '60\n',
    'proc/sys/kernel/osrelease': '6.1.0-50-amd64\n',
    'proc/sys/kernel/random/boot_id': '5f0e9d6c-1111-4222-8333-444455556666\n',
    'etc/enlighten/enlighten.yaml': 'sysctl:\n  vm.swappiness: 30\n',
    'var/lib/enlighten/sealed': '{}\n',
  },
});
