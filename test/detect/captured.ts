/** Machines that really ran: the captures of the lab, and what each of them is. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import type { Detection } from '../../src/detect/detection.ts';
import { CAPTURES } from '../capture/replayed.ts';
import type { Contents } from './folder.ts';
import type { Machine } from './judged.ts';

/** By name of the capture. Whatever was captured has to be judged here by somebody who knows which machine that was. */
const is: Record<string, Partial<Detection>> = {
  'debian-12-qemu-virtio': { hypervisor: 'qemu', platform: null, rule: 'cpuid-highest', certainty: 'certain' },
  'debian-12-qemu-e1000': { hypervisor: 'qemu', platform: null, rule: 'cpuid-highest', certainty: 'certain' },
  'small-aws': { hypervisor: 'kvm', platform: 'aws', virtualized: true },
  'small-aws-metal': { hypervisor: 'none', platform: 'aws', virtualized: false },
  'small-azure': { hypervisor: 'hyperv', platform: 'azure', virtualized: true },
  'small-gcp': { hypervisor: 'kvm', platform: 'gcp', virtualized: true },
  'small-nutanix': { hypervisor: 'kvm', platform: 'nutanix', virtualized: true },
  'small-virtualbox': { hypervisor: 'virtualbox', platform: null, virtualized: true },
  'small-vmware-pvscsi-vmxnet3': { hypervisor: 'vmware', platform: null, certainty: 'certain' },
};

const SUFFIX = '.tar.gz';

/** Names as the archive has them, without the slash in front; folders end in one. */
const contentsIn = async (archive: string): Promise<Contents> => {
  const files: Record<string, Buffer> = {};
  const links: Record<string, string> = {};
  const folders: string[] = [];
  for (const { header, data } of await unpackTar(gunzipSync(readFileSync(archive)))) {
    const path = `/${header.name}`;
    if (header.type === 'symlink') links[path] = header.linkname ?? '';
    else if (header.type === 'directory') folders.push(path);
    else files[path] = Buffer.from(data ?? []);
  }
  return { files, links, folders };
};

/** Every capture but the composed ones. A capture that nobody judged is an error. */
export const captured = async (): Promise<Record<string, Machine>> => {
  const names = readdirSync(CAPTURES).filter(name => name.endsWith(SUFFIX) && !name.startsWith('composed-'));
  const machines = names.map(async (file): Promise<[string, Machine]> => {
    const name = file.slice(0, -SUFFIX.length);
    const judgement = is[name];
    if (judgement === undefined) throw new Error(`${file} is not judged in this table`);
    return [`captured: ${name}`, { origin: 'captured', ...(await contentsIn(CAPTURES + file)), is: judgement }];
  });
  return Object.fromEntries(await Promise.all(machines));
};
