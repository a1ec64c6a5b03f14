import { noticesOf } from './notice.ts';

/** Profiles and plans; subjects are `file:line:column`, a profile, a setting or a sysctl. */
export const profileNotice = noticesOf({
  'profile-invalid': {
    happened: '{}. This profile is ignored.',
    remedy: 'Correct the line; `enlighten profiles check` reads the file again.',
  },
  'profile-unreadable': {
    happened: 'This profile is ignored: {}.',
    remedy: 'Profiles are YAML files that root can read, of at most 256 KiB each and 1 MiB together.',
  },
  'profile-too-many': {
    happened: 'There are {} profiles; only the first 64 by name are read.',
    remedy: 'Remove those the appliance does not need.',
  },
  'profile-twice': {
    happened: 'The profile {} is defined by an earlier file, too; this one is used.',
    remedy: 'Keep one file for each profile.',
  },
  'profile-unknown': {
    happened: 'There is no profile of this name; the one for the detected hypervisor is used. Known: {}.',
    remedy: 'Correct enlighten.profile or add the profile to /etc/enlighten/profiles.d.',
  },
  'profile-parent-unknown': {
    happened: 'It extends {}, which does not exist; only its own lines are used.',
    remedy: 'Correct `extends` or add that profile.',
  },
  'profile-cycle': {
    happened: 'It extends itself by way of {}; the chain is cut there.',
    remedy: 'Remove one `extends` of the circle.',
  },
  'kernel-not-installed': {
    happened: 'No installed kernel has this flavour or release; the kernel is left alone. Installed: {}.',
    remedy: 'Install that kernel in the image, or correct enlighten.kernel.',
  },
  'kernel-older': {
    happened: 'It is older than the kernel that runs, {}.',
    remedy: 'Install the newer version of that flavour, or name this one in enlighten.kernel.',
  },
  'kernel-lacks': {
    happened: 'The profile requires what its configuration does not have: {}.',
    remedy: 'Install a kernel that has it, or name this one in enlighten.kernel.',
  },
  'kernel-features-unknown': {
    happened: 'Its configuration is not there, so that {} cannot be told to be in it.',
    remedy: 'Put the configuration beside the kernel, or name the kernel in enlighten.kernel.',
  },
  'sysctl-name': {
    happened: 'This is no sysctl name; the setting is ignored.',
    remedy: 'Use a name such as vm.swappiness.',
  },
  'sysctl-conflict': {
    happened: 'It is ignored because {} is set, too, and the kernel lets only one of the two hold.',
    remedy: 'Keep one of the two settings.',
  },
  'module-vital': {
    happened: 'It drives a disk or a network card of this machine, so it is not kept out.',
    remedy: 'Remove the line from the profile.',
  },
  'value-not-computed': {
    happened: 'Its value cannot be computed here, and it is left alone: {}.',
    remedy:
      'Correct the expression in the profile; where the size of memory is unknown, check that /proc/meminfo can be read.',
  },
  'workload-unknown': {
    happened: 'No profile is for this workload; nothing is added for it. Known: {}.',
    remedy: 'Correct enlighten.workload, or add a profile that matches it to /etc/enlighten/profiles.d.',
  },
});
