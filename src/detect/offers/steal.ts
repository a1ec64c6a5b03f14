/** Stolen time: how long a processor that wanted to run was not let. */
import type { Ground } from './ground.ts';
import { sourceAt } from './interfaces.ts';
import { type Offer, offerOf } from './offer.ts';

const KVM_STEAL_TIME = 5;

/** Offered by KVM's bit, and by Xen always (runstate); VMware offers it where its configuration says so, which does not show. */
const offeredBy = ({ detection, interfaces }: Ground): { offered: boolean | null; evidence: string[] } => {
  if (detection.hypervisor === 'xen')
    return { offered: true, evidence: ['Xen keeps the run state of every processor'] };
  const features = interfaces.kvm?.leaves.get(1);
  if (interfaces.kvm === null || features === undefined) return { offered: null, evidence: [] };
  const offered = ((features.eax >>> KVM_STEAL_TIME) & 1) === 1;
  const source = `${sourceAt(interfaces.kvm.base, 1)} eax bit ${KVM_STEAL_TIME} ${offered ? 'set' : 'clear'}`;
  return { offered, evidence: [source] };
};

/** Ticks stolen since boot: the eighth number of the first line (proc_stat(5)); null where it is not told. */
const stolen = async ({ guest }: Ground): Promise<number | null> => {
  const [name, ...numbers] = ((await guest.text('/proc/stat')) ?? '').split('\n')[0]?.split(/\s+/) ?? [];
  const ticks = name === 'cpu' && numbers[7] !== undefined ? Number(numbers[7]) : Number.NaN;
  return Number.isFinite(ticks) ? ticks : null;
};

export const stealOffers = async (ground: Ground): Promise<Offer[]> => {
  const { kernel } = ground;
  const { offered, evidence } = offeredBy(ground);
  const ticks = await stolen(ground);
  const counted = ticks !== null && ticks > 0;
  const off = kernel.commandLine.includes('no-steal-acc');
  const unbuilt = kernel.config('CONFIG_PARAVIRT') === 'n';
  const seen = ticks === null ? evidence : [...evidence, `/proc/stat counts ${ticks} stolen ticks`];
  const finely = kernel.config('CONFIG_PARAVIRT_TIME_ACCOUNTING');
  return [
    offerOf(
      {
        id: 'steal-time',
        title: 'stolen time',
        reference: 'Documentation/admin-guide/kernel-parameters.txt (no-steal-acc)',
      },
      {
        offered: counted ? true : offered,
        inUse: counted ? true : off || unbuilt ? false : null,
        missing: off
          ? { kind: 'setting', name: 'take no-steal-acc from the kernel command line' }
          : unbuilt
            ? { kind: 'kernel', name: 'CONFIG_PARAVIRT' }
            : null,
        evidence: seen,
      },
    ),
    offerOf(
      {
        id: 'steal-time-scheduling',
        title: 'stolen time left out of what tasks are charged',
        reference: 'arch/x86/Kconfig (PARAVIRT_TIME_ACCOUNTING)',
      },
      {
        offered: counted ? true : offered,
        inUse: finely === null ? null : finely === 'y',
        missing: { kind: 'kernel', name: 'CONFIG_PARAVIRT_TIME_ACCOUNTING' },
        evidence: finely === null ? seen : [...seen, `CONFIG_PARAVIRT_TIME_ACCOUNTING=${finely}`],
      },
    ),
  ];
};
