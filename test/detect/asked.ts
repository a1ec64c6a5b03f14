/** Which paths detection asks for, found by watching it and not kept as a list. */
import type { TestContext } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import type { Guest } from '../../src/guest/guest.ts';
import { guestWith } from './folder.ts';

/** Folders in which there is something, so that the probes go on into them. */
const inhabited = {
  files: {
    '/sys/bus/pci/devices/0000:00:04.0/modalias': 'pci:v00001AF4',
    '/proc/device-tree/compatible': 'some,board\0',
    '/proc/vz/version': '',
    '/dev/mdesc': '',
  },
};

export interface Asked {
  /** Files, links and devices: no path of these lies below another. */
  files: string[];
  folders: string[];
}

/** Runs detection on a small machine and notes what it asks for. */
export const askedFor = async (t: TestContext): Promise<Asked> => {
  const guest = guestWith(t, inhabited);
  const [all, folders] = [new Set<string>(), new Set<string>()];
  const watched = new Proxy(guest, {
    get(target, name: keyof Guest) {
      const member = target[name];
      if (typeof member !== 'function') return member;
      return (path: string, ...rest: unknown[]) => {
        (name === 'list' ? folders : all).add(path);
        return Reflect.apply(member, target, [path, ...rest]);
      };
    },
  });
  await detect(watched);
  const paths = [...all, ...folders];
  const files = [...all].filter(path => !paths.some(other => other.startsWith(`${path}/`)));
  return { files, folders: [...folders] };
};
