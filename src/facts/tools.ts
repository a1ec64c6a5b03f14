/** Which guest tools are there, and what systemd would do with them (systemd.unit(5)). */
import type { Detection } from '../detect/detection.ts';
import type { Device } from '../detect/device.ts';
import { guestTools } from '../detect/offers/agents.ts';
import { groundOf } from '../detect/offers/ground.ts';
import type { Guest, Path } from '../guest/guest.ts';
import type { FoundTool } from './facts.ts';

/** What packages bring; /etc and /run hold what others decided about it. */
const folders: readonly Path[] = ['/usr/lib/systemd/system', '/lib/systemd/system'];

/** Any of these ties a unit to its hypervisor, its device or its program's channel. */
const TIED = /^(ConditionVirtualization|ConditionPathExists|ConditionPathIsDirectory|BindsTo|Requisite)=\S/m;
const INSTALLED = /^\[Install\]/m;

const unitText = async (guest: Guest, unit: string): Promise<string | null> => {
  for (const folder of folders) {
    const text = await guest.text(`${folder}/${unit}`, 64 * 1024);
    if (text !== null) return text;
  }
  return null;
};

/** Enabled is a link below a target's folder. */
export const isEnabled = async (guest: Guest, unit: string): Promise<boolean> => {
  const targets = (await guest.list('/etc/systemd/system')).filter(name => /\.(wants|requires)$/.test(name));
  const links = await Promise.all(targets.map(name => guest.link(`/etc/systemd/system/${name}/${unit}`)));
  return links.some(link => link !== null);
};

export const tools = async (guest: Guest, detection: Detection, devices: readonly Device[]): Promise<FoundTool[]> => {
  const ground = await groundOf(guest, detection, devices);
  return Promise.all(
    (await guestTools(ground)).map(async tool => {
      for (const unit of tool.units) {
        const text = await unitText(guest, unit);
        if (text === null) continue;
        const startsAnywhere = INSTALLED.test(text) && !TIED.test(text) && (await isEnabled(guest, unit));
        return { ...tool, unit, startsAnywhere };
      }
      return { ...tool, unit: null, startsAnywhere: false };
    }),
  );
};
