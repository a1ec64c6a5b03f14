import { type Command, printJson } from '../cli.ts';
import { detect, detectionJson } from '../detect/detect.ts';
import type { Detection } from '../detect/detection.ts';
import type { Guest } from '../guest/guest.ts';

/** A part of the answer that is looked up only when asked for. */
interface Part {
  /** Its key of the document. */
  key: string;
  json: unknown;
  describe: () => string;
}

const verdict = async (detection: Detection): Promise<string> =>
  (await import('../terminal/detection.ts')).describeDetection(detection);

/** By option. The argument is told instead of the bare verdict, the others after it. */
const parts: Record<string, (guest: Guest, detection: Detection) => Promise<Part>> = {
  async explain(_, detection) {
    const { argumentFor } = await import('../detect/argument.ts');
    const { describeArgument } = await import('../terminal/argument.ts');
    const argument = argumentFor(detection);
    return {
      key: 'argument',
      json: Object.values(argument).flat(),
      describe: () => describeArgument(detection, argument),
    };
  },
  async devices(guest, detection) {
    const { deviceJson, devicesInUse } = await import('../facts/inventory.ts');
    const { describeDevices } = await import('../terminal/devices.ts');
    const found = await devicesInUse(guest, detection);
    return { key: 'devices', json: found.map(deviceJson), describe: () => describeDevices(found) };
  },
  async offers(guest, detection) {
    const { devices } = await import('../detect/devices.ts');
    const { offerJson, offers } = await import('../detect/offers/index.ts');
    const { describeOffers } = await import('../terminal/offers.ts');
    const found = await offers(guest, detection, await devices(guest));
    return { key: 'offers', json: found.map(offerJson), describe: () => describeOffers(found) };
  },
};

export const command: Command = {
  usage: 'detect [--explain] [--devices] [--offers]',
  summary: 'where this guest runs, with the evidence',
  options: { explain: { type: 'boolean' }, devices: { type: 'boolean' }, offers: { type: 'boolean' } },
  async run(invocation) {
    const { guest, json, options, print } = invocation;
    const detection = await detect(guest);
    const asked: Part[] = [];
    for (const [option, look] of Object.entries(parts)) if (options[option]) asked.push(await look(guest, detection));
    if (json) {
      const added = asked.map(part => [part.key, part.json]);
      printJson(invocation, { ...detectionJson(detection), ...Object.fromEntries(added) });
      return 0;
    }
    if (!options['explain']) print(await verdict(detection));
    for (const { describe } of asked) print(describe());
    return 0;
  },
};
