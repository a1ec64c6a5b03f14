import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { devices } from '../../src/detect/devices.ts';
import { offers } from '../../src/detect/offers/index.ts';
import type { Offer } from '../../src/detect/offers/offer.ts';
import { type Contents, dmiOf, guestWith } from './folder.ts';
import { cpuidWith, hv1, hyperv, joined, kvm, vmware, xenPv } from './guests.ts';

const offersOf = async (t: TestContext, contents: Contents): Promise<Map<string, Offer>> => {
  const guest = guestWith(t, contents);
  const found = await offers(guest, await detect(guest), await devices(guest));
  assert.equal(new Set(found.map(({ id }) => id)).size, found.length, 'ids are unique');
  for (const { id, reference } of found) assert.notEqual(reference, '', id);
  return new Map(found.map(offer => [offer.id, offer]));
};

/** `in use`, `idle: module virtio_balloon`, `offered` (in use unknown), `no`, `?`; `absent` when it is not listed. */
const summary = (offer: Offer | undefined): string => {
  if (offer === undefined) return 'absent';
  const { offered, inUse, missing } = offer;
  const lacks = missing === null ? '' : `: ${missing.kind} ${missing.name}`;
  if (offered === null) return `?${lacks}`;
  if (!offered) return 'no';
  return (inUse === null ? 'offered' : inUse ? 'in use' : 'idle') + lacks;
};

const machines: Record<string, { guest: Contents; are: Record<string, string> }> = {
  'a KVM guest': {
    guest: kvm,
    are: {
      'bus-virtio': 'in use',
      'bus-vmbus': 'no',
      'clock-kvm': 'in use',
      'clock-tsc': 'idle',
      'clock-xen': 'no',
      'steal-time': 'in use',
      'steal-time-scheduling': 'idle: kernel CONFIG_PARAVIRT_TIME_ACCOUNTING',
      'rng-virtio': 'in use',
      'balloon-virtio': 'idle: kernel CONFIG_VIRTIO_BALLOON',
      'ptp-kvm': '?: module ptp_kvm',
      vmgenid: 'in use',
      ivshmem: 'no',
      'share-9p': 'no',
      'agent-qemu': 'idle: package qemu-guest-agent',
      'agent-vmware': 'no',
      'kvm-async-pf': 'offered',
      'kvm-pv-unhalt': 'idle: setting take nopvspin from the kernel command line',
      'kvm-clock-stable': 'offered',
      'kvm-async-pf-int': 'no',
      'hyperv-synic': 'absent',
      'xen-domid': 'absent',
    },
  },
  'a Hyper-V guest': {
    guest: hyperv,
    are: {
      'bus-vmbus': 'in use',
      'clock-hyperv-page': 'in use',
      'clock-hyperv-msr': 'idle',
      'ptp-hyperv': 'in use',
      'balloon-hyperv': 'idle: module hv_balloon',
      'agent-hyperv-kvp': 'in use',
      'agent-hyperv-vss': 'no',
      'vsock-hyperv': '?: kernel CONFIG_HYPERV_VSOCKETS',
      'hyperv-synic': 'in use',
      'hyperv-stimer': 'in use',
      'hyperv-reenlightenment': 'offered',
      'hyperv-crash-msrs': 'offered',
      'hyperv-remote-tlb-flush': 'offered',
      'hyperv-local-tlb-flush': 'no',
      'hyperv-slat': 'offered',
      'hyperv-spinlocks': 'offered',
      'steal-time': '?',
      'kvm-async-pf': 'absent',
    },
  },
  'a VMware guest': {
    guest: vmware,
    are: {
      'bus-pci': 'in use',
      vmci: 'in use',
      'vsock-vmci': 'offered: module vmw_vsock_vmci_transport',
      'balloon-vmware': 'in use',
      'balloon-virtio': 'no',
      'agent-vmware': 'in use',
      'share-hgfs': 'in use',
      'steal-time': '?',
    },
  },
  'a Xen PV guest': {
    guest: xenPv,
    are: {
      'bus-xen': 'in use',
      'clock-xen': 'in use',
      'steal-time': 'offered',
      'balloon-xen': 'in use',
      xenstore: 'in use',
      'xen-writable-page-tables': 'offered',
      'xen-auto-translated-physmap': 'offered',
      'xen-hvm-callback-vector': 'offered',
      'xen-supervisor-mode-kernel': 'no',
      'xen-domid': 'absent',
    },
  },
  'KVM that also speaks Hyper-V': {
    guest: {
      files: {
        ...dmiOf({ sys_vendor: 'QEMU', product_name: 'Standard PC' }),
        '/cpuid.json': cpuidWith(
          ['Microsoft Hv', hv1, {}, { eax: 0xffff }, { eax: 0x4, ebx: 0xffffffff }],
          ['KVMKVMKVM', { eax: 0xff, edx: 1 }],
        ),
      },
    },
    are: {
      'hyperv-stimer': 'idle', // the kernel took the interface above it
      'hyperv-remote-tlb-flush': 'idle',
      'hyperv-spinlocks': 'no',
      'kvm-async-pf': 'offered',
      'kvm-realtime-hint': 'offered',
      'kvm-pv-unhalt': 'idle', // the hint
      'clock-hyperv-page': 'offered',
    },
  },
  'KVM under a name of its own for the Hyper-V leaves': {
    guest: {
      files: { '/cpuid.json': cpuidWith(['Linux KVM Hv', hv1, {}, { eax: 0x4 }], ['KVMKVMKVM', { eax: 0x20 }]) },
    },
    are: { 'hyperv-synic': 'idle', 'hyperv-vp-runtime': 'no', 'steal-time': 'offered', 'kvm-pv-eoi': 'no' },
  },
  'a driver that is missing below the device': {
    guest: joined({
      links: {
        '/sys/bus/pci/devices/0000:00:09.0': '../../../devices/pci0000:00/0000:00:09.0',
      },
      files: {
        '/sys/devices/pci0000:00/0000:00:09.0/modalias': 'pci:v00001AF4d00001044sv00001AF4sd00001100bc00scFFi00\n',
        '/proc/sys/kernel/osrelease': '5.10.0\n',
        '/lib/modules/5.10.0/modules.dep':
          'kernel/drivers/virtio/virtio_pci.ko:\nkernel/drivers/char/hw_random/virtio-rng.ko:\n',
      },
    }),
    are: { 'rng-virtio': 'idle: module virtio_pci', 'bus-virtio': 'idle: module virtio_pci', 'balloon-virtio': 'no' },
  },
  'KVM without the rights to read its leaves': {
    guest: {
      files: { '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'kvm-clock tsc\n' },
    },
    are: { 'kvm-features': '?', 'kvm-async-pf': 'absent', 'clock-kvm': 'offered', 'steal-time': '?' },
  },
  'a Xen guest with full virtualization': {
    guest: {
      files: {
        '/cpuid.json': cpuidWith(['XenVMMXenVMM', {}, {}, {}, { eax: 0b1010000 }]),
        '/proc/interrupts': 'HYP:  3  Hypervisor callback interrupts\n',
      },
    },
    are: {
      'xen-domid': 'offered',
      'xen-upcall-vector': 'in use',
      'xen-vcpu-id': 'no',
      'kvm-features': 'absent',
      xenstore: 'idle',
    },
  },
  'an empty folder': {
    guest: {},
    are: { 'rng-virtio': '?', 'bus-pci': '?', 'clock-kvm': '?', watchdog: '?', 'kvm-async-pf': 'absent' },
  },
};

for (const [name, { guest, are }] of Object.entries(machines)) {
  test(name, async t => {
    const found = await offersOf(t, guest);
    assert.deepEqual(Object.fromEntries(Object.keys(are).map(id => [id, summary(found.get(id))])), are);
  });
}

test('every offer tells where it was seen', async t => {
  for (const guest of [kvm, hyperv, vmware, xenPv]) {
    for (const { id, offered, evidence } of (await offersOf(t, guest)).values()) {
      if (offered) assert.ok(evidence.length > 0, id);
    }
  }
});

test('a watchdog of the host counts, one of the guest itself does not', async t => {
  const of = (identity: string, state: string) =>
    offersOf(t, {
      files: {
        '/sys/class/watchdog/watchdog0/identity': `${identity}\n`,
        '/sys/class/watchdog/watchdog0/state': `${state}\n`,
      },
    });
  assert.equal(summary((await of('i6300ESB timer', 'active')).get('watchdog')), 'in use');
  assert.match(summary((await of('i6300ESB timer', 'inactive')).get('watchdog')), /^idle: setting Runtime/);
  assert.equal(summary((await of('Software Watchdog', 'active')).get('watchdog')), '?');
});
