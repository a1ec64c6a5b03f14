import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hypervisor } from '../../src/detect/detection.ts';
import { hypervisors } from '../../src/detect/detection.ts';
import { natureOf, type Subject } from '../../src/detect/nature/judge.ts';
import type { Nature } from '../../src/detect/nature/nature.ts';

const alone = (modalias: string): Subject => ({ modalias, above: [], functionOf: null, target: null });
const verdictOf = (hypervisor: Hypervisor) => ({ hypervisor, virtualized: hypervisor !== 'none' });

/** `VENDOR:DEVICE[/SUBVENDOR:SUBDEVICE]` of a PCI device, or any other modalias; where it is seen; what it is. */
const cases: [device: string, on: Hypervisor, is: Nature | null][] = [
  // Transitional, modern, and the first id that is no virtio device.
  ['1AF4:1000/1AF4:0001', 'kvm', 'paravirtual'],
  ['1AF4:1042/1AF4:1100', 'kvm', 'paravirtual'],
  ['1AF4:105A/1AF4:1100', 'qemu', 'paravirtual'],
  ['1AF4:1110/1AF4:1100', 'kvm', 'paravirtual'],
  ['1B36:0100/1AF4:1100', 'kvm', 'paravirtual'],
  ['1B36:0010/1AF4:1100', 'kvm', 'emulated'],
  // VMware's ids are paravirtual or not one by one, and QEMU makes some of them too.
  ['15AD:07C0/15AD:07C0', 'vmware', 'paravirtual'],
  ['15AD:07C0/15AD:07C0', 'qemu', 'paravirtual'],
  ['15AD:07B0/15AD:07B0', 'vmware', 'paravirtual'],
  ['15AD:0405/15AD:0405', 'vmware', 'emulated'],
  ['15AD:07F0/15AD:07F0', 'vmware', 'emulated'],
  // The same e1000 in a guest, signed or not, and in a real machine.
  ['8086:100E/1AF4:1100', 'kvm', 'emulated'],
  ['8086:100E/8086:001E', 'virtualbox', 'emulated'],
  ['8086:100E/8086:001E', 'other', null],
  ['8086:100E/8086:001E', 'none', null],
  ['8086:100F/15AD:0750', 'vmware', 'emulated'],
  // e1000e: QEMU's has no subsystem; a real one in a guest may have been handed through.
  ['8086:10D3/8086:0000', 'kvm', 'emulated'],
  ['8086:10D3/8086:A01F', 'kvm', null],
  ['8086:7192/0000:0000', 'hyperv', 'emulated'],
  ['1011:0009/0A00:2114', 'hyperv', 'emulated'],
  ['1414:5353/0000:0000', 'hyperv', 'emulated'],
  ['1414:00BA/1414:0001', 'hyperv', 'passed-through'],
  ['5853:0001/5853:0001', 'xen', 'paravirtual'],
  ['80EE:CAFE/0000:0000', 'virtualbox', 'paravirtual'],
  ['80EE:BEEF/15AD:0405', 'virtualbox', 'emulated'],
  ['1AE0:0042/1AE0:0058', 'kvm', 'paravirtual'],
  // Real hardware, of which a guest can only have been given.
  ['1D0F:EC20/1D0F:EC20', 'kvm', 'passed-through'],
  ['1D0F:8061/1D0F:0000', 'kvm', 'passed-through'],
  ['10DE:20B0/10DE:144E', 'kvm', 'passed-through'],
  ['10DE:20B0/10DE:144E', 'none', null],
  ['15B3:101E/15B3:0058', 'kvm', 'passed-through'],
  ['8086:1889/8086:0000', 'vmware', 'passed-through'],
  ['144D:A808/144D:A801', 'kvm', 'passed-through'],
  ['1002:5046/1AF4:1100', 'kvm', 'emulated'],
  ['BEEF:0001/0000:0000', 'kvm', null],
  ['virtio:d00000001v00001AF4', 'kvm', 'paravirtual'],
  ['vmbus:635161f83edfc546913ff2d2f965ed0e', 'hyperv', 'paravirtual'],
  ['xen:vbd', 'xen', 'paravirtual'],
  ['usb:v0627p0001d0000dc00dsc00dp00ic03isc00ip00in00', 'kvm', 'emulated'],
  ['usb:v0781p5581d0100dc00dsc00dp00ic08isc06ip50in00', 'kvm', null],
  ['acpi:PNP0303:', 'kvm', 'emulated'],
  ['acpi:PNP0303:', 'none', null],
  ['scsi:t-0x00', 'kvm', null],
];

const modaliasOf = (device: string): string => {
  const ids = /^(....):(....)\/(....):(....)$/.exec(device);
  if (ids === null) return device;
  const [, vendor, id, subvendor, subdevice] = ids;
  return `pci:v0000${vendor}d0000${id}sv0000${subvendor}sd0000${subdevice}bc02sc00i00`;
};

for (const [device, on, is] of cases) {
  test(`${device} on ${on} is ${is ?? 'unknown'}`, () => {
    const judged = natureOf(alone(modaliasOf(device)), verdictOf(on));
    assert.equal(judged?.nature ?? null, is, judged?.because);
    assert.ok(judged === null || (judged.because !== '' && judged.reference !== ''));
  });
}

test('a virtual function that this guest itself made is what its card is', () => {
  const subject = { ...alone(modaliasOf('8086:10CA/8086:0000')), functionOf: modaliasOf('8086:10C9/1AF4:1100') };
  assert.equal(natureOf(subject, verdictOf('kvm'))?.nature, 'emulated');
  assert.equal(natureOf({ ...subject, functionOf: null }, verdictOf('kvm'))?.nature, 'passed-through');
});

test('whatever it is called, it never throws, and on bare metal nothing was passed through', () => {
  const word = fc.oneof(fc.string(), fc.constantFrom(...cases.map(([device]) => modaliasOf(device))));
  fc.assert(
    fc.property(
      word,
      fc.array(word),
      fc.option(word),
      fc.constantFrom(...hypervisors),
      (modalias, above, other, on) => {
        const target = other === null ? null : { vendor: other, model: modalias };
        const judged = natureOf({ modalias, above, functionOf: null, target }, verdictOf(on));
        const behindBus = above.some(name => name === 'xen:pci');
        if (on === 'none' && !behindBus) assert.notEqual(judged?.nature, 'passed-through');
      },
    ),
  );
});
