import type { Path } from '../../../guest/guest.ts';

/** One extlinux's own folder and what lies in it. */
export interface Place {
  folder: Path;
  /** The vendor's menu. */
  config: Path;
  /** The loader's second stage, with the auxiliary data at its end. */
  core: Path;
  environment: Path;
  /** Written by `enlighten seal`: the kernel that boots everywhere. */
  universal: Path;
  /** Included by the vendor's menu, last. */
  menu: Path;
  script: Path;
  /** What ends a trial that never mounts its root file system. */
  guard: Path;
}

const placeAt = (folder: Path): Place => ({
  folder,
  config: `${folder}/extlinux.conf`,
  core: `${folder}/ldlinux.sys`,
  environment: `${folder}/enlighten.env`,
  universal: `${folder}/enlighten.cfg`,
  menu: `${folder}/enlighten.conf`,
  script: `${folder}/enlighten.lua`,
  guard: `${folder}/enlighten-trial.cpio`,
});

export const debian = placeAt('/boot/extlinux');
export const alpine = placeAt('/boot');

/** As the package ships it. */
export const SCRIPT_SOURCE: Path = '/usr/lib/enlighten/extlinux/enlighten.lua';
