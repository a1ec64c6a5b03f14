/**
 * Traces of containers: https://systemd.io/CONTAINER_INTERFACE, and what each manager leaves. Two facts speak against: this
 * process lives in the machine's first PID namespace, and its root is a whole file system.
 */
import type { Guest } from '../../guest/guest.ts';
import type { Evidence } from '../detection.ts';
import { rootMount } from '../mountinfo.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

export const CONTAINER = {
  pidNamespace: '/proc/self/ns/pid',
  rootMount: '/proc/self/mountinfo',
  dockerMarker: '/.dockerenv',
} as const;

/** PROC_PID_INIT_INO, include/linux/proc_ns.h */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

const present = async (guest: Guest, path: string): Promise<boolean> => (await guest.stat(path)) !== null;

/** A manager's name for itself; anything that is no name is still a container, and so is `oci`, which several say (systemd virt.c). */
const named = (name: string): string => (/^(?!oci$)[a-z0-9][a-z0-9._-]{0,63}$/i.test(name) ? name : 'other');

const fromInit = async (guest: Guest): Promise<string | null> => {
  const environment = (await guest.text('/proc/1/environ', 128 * 1024)) ?? '';
  const variable = environment.split('\0').find(entry => entry.startsWith('container='));
  return variable?.slice('container='.length) || null;
};

/** What each trace says; null when it is not there. */
const traces: { source: string; look: (guest: Guest) => Promise<{ value: string; supports: string } | null> }[] = [
  {
    source: '/proc/vz', // OpenVZ: /proc/bc exists on its hosts only
    look: async guest =>
      (await present(guest, '/proc/vz')) && !(await present(guest, '/proc/bc'))
        ? { value: 'exists', supports: 'openvz' }
        : null,
  },
  {
    source: '/proc/sys/kernel/osrelease', // https://github.com/microsoft/WSL/issues/423
    look: async guest => {
      const release = (await guest.text('/proc/sys/kernel/osrelease')) ?? '';
      return /Microsoft|WSL/.test(release) ? { value: release, supports: 'wsl' } : null;
    },
  },
  ...['/run/host/container-manager', '/run/systemd/container'].map(source => ({
    source,
    look: async (guest: Guest) => {
      const name = await guest.text(source);
      return name ? { value: named(name), supports: named(name) } : null;
    },
  })),
  {
    source: '/proc/1/environ',
    look: async guest => {
      const name = await fromInit(guest);
      return name ? { value: `container=${named(name)}`, supports: named(name) } : null;
    },
  },
  {
    source: '/run/.containerenv',
    look: async guest =>
      (await present(guest, '/run/.containerenv')) ? { value: 'exists', supports: 'podman' } : null,
  },
  {
    source: CONTAINER.dockerMarker,
    look: async guest =>
      (await present(guest, CONTAINER.dockerMarker)) ? { value: 'exists', supports: 'docker' } : null,
  },
];

/** Containers without any marker (containerd) show in their PID namespace alone. */
const namespace = async (guest: Guest): Promise<Evidence[]> => {
  const pid = await guest.link(CONTAINER.pidNamespace);
  if (pid === null) return [];
  if (pid === FIRST_PID_NAMESPACE) return [informs('container', CONTAINER.pidNamespace, 'the first')];
  return [{ probe: 'container', source: CONTAINER.pidNamespace, value: 'not the first', supports: 'other' }];
};

/** Container roots are overlays, or one folder of the host's file system. Readable without rights over init, as /proc/1/root is not. */
const root = async (guest: Guest): Promise<Evidence[]> => {
  const mount = await rootMount(guest);
  if (mount === null || mount.root !== '/' || mount.type === 'overlay') return [];
  return [informs('container', CONTAINER.rootMount, `a whole ${mount.type}`)];
};

export const container: Probe = async guest => {
  const seen: Evidence[] = [];
  for (const { source, look } of traces) {
    const found = await look(guest);
    if (found) seen.push({ probe: 'container', source, ...found });
  }
  return [...seen, ...(await namespace(guest)), ...(await root(guest))];
};
