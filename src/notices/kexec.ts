import { noticesOf } from './notice.ts';

const OR = 'set enlighten.reboot=firmware.';

/** Why no kernel can be started by kexec here. */
export const kexecNotice = noticesOf({
  'kexec-absent': {
    happened: 'no kernel can be started by kexec: {}.',
    remedy: `Install kexec-tools on a system with systemd, or ${OR}`,
  },
  'kexec-forbidden': {
    happened: 'the kernel lets no other kernel follow it ({}).',
    remedy: `Lift the restriction, or ${OR}`,
  },
  'kexec-guest': {
    happened: 'kexec does not work in such a guest.',
    remedy: `Nothing: the running kernel stays. Or ${OR}`,
  },
  'kexec-taken': {
    happened: 'another kernel is loaded for kexec already.',
    remedy: 'Unload it with `kexec -u`; with LOAD_KEXEC=true in /etc/default/kexec set that to false.',
  },
  'kexec-arguments': {
    happened: 'a kernel would be started without a root file system: the arguments are too long or name none ({}).',
    remedy: 'Name root= on the kernel command line.',
  },
  'kexec-reboots': {
    happened:
      'every reboot of this machine is a kexec of /vmlinuz, past the boot loader that decides which kernel that is ({}).',
    remedy: 'Set LOAD_KEXEC=false in /etc/default/kexec, or let the agent reboot itself.',
  },
});
