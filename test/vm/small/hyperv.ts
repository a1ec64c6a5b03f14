/** KVM in the guise of Hyper-V, as QEMU's arguments: its CPUID leaves, its VMBus without devices, and Microsoft's firmware. */
const features = [
  ...['relaxed', 'vapic', 'time', 'vpindex', 'runtime', 'synic', 'stimer', 'reset', 'frequencies'].map(
    it => `hv-${it}`,
  ),
  'hv-spinlocks=0x1fff',
].join(',');

export const guise = {
  /** Nothing of KVM is left to be seen: leaf 0x40000000 is Hyper-V's, and there is no other. */
  complete: `host,kvm=off,${features}`,
  /** KVM's own leaf stands at 0x40000100, where those who read the first one alone do not look. */
  withKvm: `host,${features}`,
  devices: [
    '-device vmbus-bridge',
    "-smbios 'type=0,vendor=American Megatrends Inc.,version=090008'",
    "-smbios 'type=1,manufacturer=Microsoft Corporation,product=Virtual Machine,version=7.0'",
  ].join(' '),
};
