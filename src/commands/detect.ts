import { type Command, printJson } from '../cli.ts';
import { detect, detectionJson } from '../detect/detect.ts';

export const command: Command = {
  usage: 'detect',
  summary: 'where this guest runs, with the evidence',
  async run(invocation) {
    const detection = await detect(invocation.guest);
    if (invocation.json) {
      printJson(invocation, detectionJson(detection));
      return 0;
    }
    const { describeDetection } = await import('../terminal/detection.ts');
    invocation.print(describeDetection(detection));
    return 0;
  },
};
