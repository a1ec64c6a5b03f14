import { type Command, printJson } from '../cli.ts';
import { detect } from '../detect/detect.ts';
import { gatherResources } from '../resources/gather.ts';
import { askHypervisor } from '../resources/hypervisor.ts';
import { resourcesJson } from '../resources/json.ts';

export const command: Command = {
  usage: 'resources [--services]',
  summary: "the guest's share of the machine, and how much of it to build on",
  options: { services: { type: 'boolean' } },
  async run(invocation) {
    const { guest, json, options, print } = invocation;
    const detection = await detect(guest);
    const viewpoint = options['services'] === true ? 'services' : 'caller';
    const told = await askHypervisor({ guest, detection, viewpoint });
    const gathered = await gatherResources(guest, detection, viewpoint, told);
    if (json) printJson(invocation, resourcesJson(detection, gathered));
    else {
      const { describeResources } = await import('../terminal/resources.ts');
      print(describeResources(gathered));
    }
    return 0;
  },
};
