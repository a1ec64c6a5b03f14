import { type Command, printJson } from '../cli.ts';
import { detectionJson } from '../detect/detect.ts';
import { installedKernels } from '../kernel/installed.ts';
import { environmentJson } from '../ovfenv/json.ts';
import { planJson } from '../pass/plan-json.ts';
import { observeNow } from './observing.ts';
import { showStatus } from './status.ts';

export const command: Command = {
  usage: 'debug',
  summary: 'the whole story on a terminal; changes nothing',
  async run(invocation) {
    const { guest, print } = invocation;
    const { input, observed } = await observeNow(guest);
    const { detection, environment: looked } = input.look;
    const kernels = await installedKernels(guest);
    const refusal = await input.loader.refusal(guest);
    const environment = observed.environment && environmentJson(observed.environment, { reveal: false });
    const plan = planJson({ profile: observed.profile, steps: observed.planned });
    if (invocation.json) {
      printJson(invocation, {
        schemaVersion: 1,
        detection: detectionJson(detection),
        environment,
        settings: observed.settings,
        kernels,
        refusal,
        plan,
      });
      return 0;
    }
    const { columns, heading, notices } = await import('../terminal/paint.ts');
    const { describeDetection } = await import('../terminal/detection.ts');
    const { describePlan } = await import('../terminal/plan.ts');
    const { describeEnvironment } = await import('../terminal/environment.ts');
    const { sysctl, ...single } = observed.settings;
    const settings = Object.entries({ ...single, ...sysctl }).map(([key, { value, source }]) => [
      key,
      String(value),
      `from the ${source}`,
    ]);
    print(heading('WHERE AM I?') + describeDetection(detection));
    print(
      heading('\nWHAT DOES THE DEPLOYER WANT?') + describeEnvironment(environment, looked.asked) + columns(settings),
    );
    print(
      heading('\nWHAT COULD BOOT?') +
        columns(
          kernels.map(({ release, flavour, universal }) => [release, flavour, universal ? 'boots everywhere' : '']),
        ),
    );
    print(
      refusal === null ? columns([['loader', `${input.loader.name}: a trial can return here`]]) : notices([refusal]),
    );
    print(heading('\nWHAT SHOULD HOLD?') + describePlan(plan, observed.notices));
    print(heading('\nWHAT WAS DONE?'));
    await showStatus(invocation);
    return 0;
  },
};
