import { noticesOf } from './notice.ts';

/** What a person should know about trials: why none is made, and how the last one ended. */
export const trialNotice = noticesOf({
  'trial-verdict': {
    happened: 'was tried on this machine and went back ({}).',
    remedy: 'Mend the cause, then run `enlighten apply --retry kernel`.',
  },
  'trial-no-userspace': {
    happened:
      'was started and never reached the agent: it panicked, could not mount its root, or the power was cut; these cannot be told apart ({}).',
    remedy: 'Look at the console of that boot. `enlighten apply --retry kernel` tries it again.',
  },
  'trial-unconfirmed-reset': {
    happened:
      'was reset before it was confirmed: a late panic, a power cut, or a person; these cannot be told apart ({}).',
    remedy: '`journalctl -b -1` may show more. `enlighten apply --retry kernel` tries it again.',
  },
  'trial-health': {
    happened: 'failed a required check: {}.',
    remedy: 'Mend what the check complains about, then run `enlighten apply --retry kernel`.',
  },
  'trial-deadline': {
    happened: 'was not confirmed in time ({}).',
    remedy: '`journalctl -b -1` shows what it was waiting for. `enlighten apply --retry kernel` tries it again.',
  },
  'trial-by-hand': {
    happened: 'was rolled back by hand ({}).',
    remedy: '`enlighten apply --retry kernel` tries it again.',
  },
  'trial-first': {
    happened: 'waits until the trial of {} has ended.',
    remedy: 'Nothing: the boot after it goes on with this one.',
  },
  'trial-not-started': {
    happened: 'was armed, and something else was booted ({}).',
    remedy: 'Nothing: it is armed once more for the next ordinary reboot.',
  },
  'trial-attempts': {
    happened: 'was armed {} times and never started.',
    remedy: 'See that the machine boots through its own boot loader, then run `enlighten apply --retry kernel`.',
  },
  'trial-reboots': {
    happened: 'the agent has rebooted this machine {} times for these kernels; it will not do so again.',
    remedy: 'Run `enlighten apply --retry kernel` and reboot when it suits you.',
  },
  'trial-no-time': {
    happened: 'the time of this boot ran out before it could be armed ({}).',
    remedy:
      'Nothing: it is tried at the next boot. Raise TimeoutStartSec= and ENLIGHTEN_BUDGET_SECONDS= of enlighten.service if it happens again.',
  },
  'trial-reboot-failed': {
    happened: 'the reboot into the trial did not begin: {}.',
    remedy: 'Reboot when it suits you: the trial is armed.',
  },
  'kernel-not-installed': {
    happened: 'is not installed ({}).',
    remedy: 'Install it, or change enlighten.kernel.',
  },
});
