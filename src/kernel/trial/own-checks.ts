/** What the agent itself asks of a trial before it confirms: nothing that was there before may be missing. */
import { networkInterfaces } from 'node:os';
import type { Guest } from '../../guest/guest.ts';
import type { Baseline } from '../../state/state.ts';
import { baselineOf, interfacesWithDriver } from './baseline.ts';
import { configuredInterfaces } from './configured-network.ts';
import type { Finding } from './finding.ts';

const failed = (check: string, said: string): Finding => ({ check, exit: 1, said });

const sameNics = async (guest: Guest, baseline: Baseline): Promise<Finding | null> => {
  const { nics } = await baselineOf(guest);
  const missing = baseline.nics.filter(mac => !nics.includes(mac));
  return missing.length === 0 ? null : failed('nics', `no driver is bound for ${missing.join(', ')}`);
};

const sameRoot = async (guest: Guest, baseline: Baseline): Promise<Finding | null> => {
  const { root } = await baselineOf(guest);
  return baseline.root === null || root === baseline.root
    ? null
    : failed('root', `the root file system is ${root}, it was ${baseline.root}`);
};

const linkLocal = (address: string): boolean =>
  address.startsWith('169.254.') || address.toLowerCase().startsWith('fe80:');

/** "As configured": an interface the configuration names has its static addresses, or any address that is more than link-local. */
const addresses = async (guest: Guest): Promise<Finding | null> => {
  if (!guest.live) return null;
  const present = await interfacesWithDriver(guest);
  const now = networkInterfaces();
  const wrong = (await configuredInterfaces(guest))
    .filter(({ name }) => present.some(nic => nic.name === name))
    .filter(({ name, statics }) => {
      const has = (now[name] ?? []).map(({ address }) => address);
      return statics.length > 0 ? !statics.every(one => has.includes(one)) : !has.some(one => !linkLocal(one));
    });
  return wrong.length === 0
    ? null
    : failed('addresses', `${wrong.map(({ name }) => name).join(', ')} has not the configured address`);
};

const units = async (guest: Guest): Promise<Finding | null> => {
  const ran = await guest.query('failed-units', []);
  const names = (ran?.stdout ?? '').split('\n').map(line => line.trim().split(/\s+/)[0] ?? '');
  const failing = names.filter(name => name !== '' && !name.startsWith('enlighten-'));
  return failing.length === 0 ? null : failed('units', `failed: ${failing.join(', ')}`);
};

/** Everything that is wrong; empty when the trial may be confirmed. */
export const ownChecks = async (guest: Guest, baseline: Baseline): Promise<Finding[]> => {
  const findings = [
    await sameNics(guest, baseline),
    await sameRoot(guest, baseline),
    await addresses(guest),
    await units(guest),
  ];
  return findings.filter(finding => finding !== null);
};
