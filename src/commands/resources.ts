import { type Command, printJson } from '../cli.ts';
import { detect } from '../detect/detect.ts';
import { gatherResources } from '../resources/gather.ts';
import { resourcesJson } from '../resources/json.ts';

export const command: Command = {
  usage: 'resources [--services]',
  summary: "the guest's share of the machine, and how much of it to build on",
  options: { services: { type: 'boolean' } },
  async run(invocation) {
    const { guest, json, options, print } = invocation;
    const detection = await detect(guest);
    const gathered = await gatherResources(guest, detection, options['services'] === true ? 'services' : 'caller');
    if (json) printJson(invocation, resourcesJson(detection, gathered));
    else {
      const { describeResources } = await import('../terminal/resources.ts');
      print(describeResources(gathered));
    }
    return 0;
  },
};
