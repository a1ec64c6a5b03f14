import { type Command, printJson } from '../cli.ts';
import { detect, detectionJson } from '../detect/detect.ts';
import type { Detection } from '../detect/detection.ts';
import type { Guest } from '../guest/guest.ts';

/** The parts of the answer that are looked up only when asked for, each under its own key of the document. */
const parts = {
  async devices(guest: Guest, detection: Detection) {
    const { deviceJson, devicesInUse } = await import('../facts/inventory.ts');
    const { describeDevices } = await import('../terminal/devices.ts');
    const found = await devicesInUse(guest, detection);
    return { json: found.map(deviceJson), describe: () => describeDevices(found) };
  },
  async offers(guest: Guest, detection: Detection) {
    const { devices } = await import('../detect/devices.ts');
    const { offerJson, offers } = await import('../detect/offers/index.ts');
    const { describeOffers } = await import('../terminal/offers.ts');
    const found = await offers(guest, detection, await devices(guest));
    return { json: found.map(offerJson), describe: () => describeOffers(found) };
  },
};

export const command: Command = {
  usage: 'detect [--devices] [--offers]',
  summary: 'where this guest runs, with the evidence',
  options: { devices: { type: 'boolean' }, offers: { type: 'boolean' } },
  async run(invocation) {
    const { guest, json, options, print } = invocation;
    const detection = await detect(guest);
    const more: Record<string, Awaited<ReturnType<(typeof parts)[keyof typeof parts]>>> = {};
    for (const [name, look] of Object.entries(parts)) if (options[name]) more[name] = await look(guest, detection);
    if (json) {
      const added = Object.entries(more).map(([name, part]) => [name, part.json]);
      printJson(invocation, { ...detectionJson(detection), ...Object.fromEntries(added) });
      return 0;
    }
    const { describeDetection } = await import('../terminal/detection.ts');
    print(describeDetection(detection));
    for (const part of Object.values(more)) print(part.describe());
    return 0;
  },
};
