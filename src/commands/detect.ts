import { type Command, printJson } from '../cli.ts';
import { detect, detectionJson } from '../detect/detect.ts';

export const command: Command = {
  usage: 'detect [--explain]',
  summary: 'where this guest runs, with the evidence',
  options: { explain: { type: 'boolean' } },
  async run(invocation) {
    const detection = await detect(invocation.guest);
    const argument = invocation.options.explain
      ? (await import('../detect/argument.ts')).argumentFor(detection)
      : undefined;
    if (invocation.json) {
      printJson(invocation, { ...detectionJson(detection), argument: argument && Object.values(argument).flat() });
    } else if (argument) {
      const { describeArgument } = await import('../terminal/argument.ts');
      invocation.print(describeArgument(detection, argument));
    } else {
      const { describeDetection } = await import('../terminal/detection.ts');
      invocation.print(describeDetection(detection));
    }
    return 0;
  },
};
