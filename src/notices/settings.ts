/** What can be wrong with the agent's own configuration. The subject is the key or the file. Nothing of it stops a boot. */
import { noticesOf } from './notice.ts';

const file = '/etc/enlighten/enlighten.yaml';

export const settingsNotice = noticesOf({
  'settings-unknown-key': {
    happened: 'there is no such setting; it was ignored. Known are {}.',
    remedy: 'Correct the key or remove it.',
  },
  'settings-bad-value': {
    happened: 'the value was ignored: {}.',
    remedy: 'Use one of the allowed values.',
  },
  'settings-bad-sysctl': {
    happened: 'this is not the name of a kernel parameter; it was ignored.',
    remedy:
      'Use the name sysctl(8) prints: letters, digits, _ and - separated by dots (or slashes), at least two parts.',
  },
  'settings-locked': {
    happened: 'the property was ignored: the vendor of this appliance has locked this setting.',
    remedy: `Set it on the kernel command line, or ask the vendor to take it out of "lock" in ${file}.`,
  },
  'settings-not-from-here': {
    happened: 'it was ignored: it cannot be set {}.',
    remedy: `Set it in ${file}.`,
  },
  'settings-file-broken': {
    happened: 'the file was ignored: it is not YAML that settings can be read from ({}).',
    remedy: 'Correct the place named: each key once, no aliases. Until then the defaults hold and nothing is changed.',
  },
  'settings-file-unreadable': {
    happened: 'the file was ignored: {}.',
    remedy: 'Correct it; until then the defaults hold and nothing is changed.',
  },
  'settings-file-shape': {
    happened: 'the file was ignored: it does not consist of keys and values.',
    remedy: 'Write lines like "mode: plan"; until then the defaults hold and nothing is changed.',
  },
});
