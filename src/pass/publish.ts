/** /run/enlighten: this boot, for other programs. Rewritten at every boot; on a tmpfs, so no disk is touched. */
import { detectionJson } from '../detect/detect.ts';
import type { Guest, WritableGuest } from '../guest/guest.ts';
import type { Environment } from '../ovfenv/environment.ts';
import { publishEnvironment } from '../ovfenv/publish.ts';
import { withoutSecrets } from '../ovfenv/secrets.ts';
import { quoted } from '../ovfenv/shell.ts';
import { gatherResources } from '../resources/gather.ts';
import { openJournal } from '../state/journal.ts';
import type { RecordedPass, State } from '../state/state.ts';
import { announceAfterBoot } from './after-boot.ts';
import { planJson } from './plan-json.ts';
import { type LastPass, statusOf } from './status.ts';

const RUN = '/run/enlighten';
export const RUN_STATUS = `${RUN}/status.json`;

/** `ENLIGHTEN_HYPERVISOR='kvm'` lines a shell script can source. */
const shellLines = async (
  guest: Guest,
  { detection, plan, told = [] }: RecordedPass,
  environment: Environment | null,
): Promise<string> => {
  const hypervisor = { told, notices: [] };
  const { effective } = await gatherResources(guest, detection, 'services', hypervisor);
  const values: Record<string, string> = {
    HYPERVISOR: detection.hypervisor,
    VIRTUALIZED: String(detection.virtualized),
    PLATFORM: detection.platform ?? '',
    PROFILE: plan.profile,
    ENVIRONMENT: environment === null ? '' : withoutSecrets(environment).transport,
    ENVIRONMENT_STALE: String(environment?.stale ?? ''),
    CPUS: String(effective.cpus ?? ''),
    THREADS: String(effective.threads ?? ''),
    MEMORY: String(effective.memory ?? ''),
    GUARANTEED_MEMORY: String(effective.guaranteedMemory ?? ''),
  };
  return Object.entries(values)
    .map(([key, value]) => `ENLIGHTEN_${key}=${quoted(value)}\n`)
    .join('');
};

export const publishStatus = async (
  guest: WritableGuest,
  state: State,
  sealed: boolean,
  lastPass: LastPass,
): Promise<void> => {
  const entries = await openJournal(guest).entries();
  const status = statusOf(state, sealed, entries, lastPass, state.pass?.notices ?? []);
  await guest.replace(RUN_STATUS, `${JSON.stringify(status)}\n`);
};

export const publish = async (
  guest: WritableGuest,
  recorded: RecordedPass,
  environment: Environment | null,
): Promise<void> => {
  await guest.replace(`${RUN}/detection.json`, `${JSON.stringify(detectionJson(recorded.detection))}\n`);
  await guest.replace(`${RUN}/plan.json`, `${JSON.stringify(planJson(recorded.plan))}\n`);
  await guest.replace(`${RUN}/env`, await shellLines(guest, recorded, environment));
  await publishEnvironment(guest, environment);
  await announceAfterBoot(guest, recorded);
};
