/**
 * What speaks against a kernel before any boot loader is asked: no driver for a device in use, or a feature missing that the profile
 * requires. Cheap, so that a worse flavour gives way to the next one; whatever is chosen is proven whole before it is tried.
 */
import { dirname } from 'node:path/posix';
import { environmentDevices, type Facts } from '../facts/facts.ts';
import type { Guest } from '../guest/guest.ts';
import { isBlocked } from '../kernel/blocked.ts';
import { coverage } from '../kernel/coverage.ts';
import type { InstalledKernel } from '../kernel/installed.ts';
import { type ModuleDatabase, moduleDatabase } from '../kernel/modules.ts';
import { kernelNotice } from '../notices/kernel.ts';
import type { Notice } from '../notices/notice.ts';
import { profileNotice } from '../notices/profiles.ts';
import { candidatesFor, ruleFor } from './rule.ts';
import type { Profile } from './schema.ts';

/** Why a kernel is worse for this guest, by its release. */
export type Unfit = Readonly<Record<string, Notice>>;

/** A distribution's configuration has 10,000 lines, 270 KiB. */
const MAX_CONFIG = 4 * 1024 * 1024;

const configOf = async (guest: Guest, { image, modules, release }: InstalledKernel): Promise<string | null> => {
  const suffix = image.slice('/boot/vmlinuz-'.length);
  for (const path of [`/boot/config-${release}`, `/boot/config-${suffix}`, `${modules}/config`]) {
    const content = await guest.read(path, MAX_CONFIG);
    if (content !== null) return content.toString('latin1');
  }
  return null;
};

const lacking = async (guest: Guest, kernel: InstalledKernel, requires: readonly string[]): Promise<Notice | null> => {
  if (requires.length === 0) return null;
  const config = await configOf(guest, kernel);
  if (config === null) return profileNotice('kernel-features-unknown', kernel.release, requires.join(', '));
  const has = new Set(config.match(/^CONFIG_\w+(?==[ym]$)/gm));
  const missing = requires.filter(symbol => !has.has(symbol));
  return missing.length === 0 ? null : profileNotice('kernel-lacks', kernel.release, missing.join(', '));
};

const running = async (guest: Guest, facts: Facts, { modules }: InstalledKernel): Promise<ModuleDatabase | null> => {
  const found = await moduleDatabase(guest, `${dirname(modules)}/${facts.runningRelease}`);
  return isBlocked(found) ? null : found;
};

/** Where the tables cannot be read nothing is said: the proof, which must have them, will. */
const undriven = async (guest: Guest, facts: Facts, kernel: InstalledKernel): Promise<Notice | null> => {
  const target = await moduleDatabase(guest, kernel.modules);
  if (isBlocked(target)) return null;
  const { missing } = coverage(facts.devices, target, await running(guest, facts, kernel), environmentDevices(facts));
  if (missing.length === 0) return null;
  const subject = missing.map(({ id, driver, class: kind }) => `${id} (${driver}), ${kind}`).join('; ');
  return kernelNotice('driver-missing', subject, kernel.release);
};

/** Only of the kernels there is a choice from, but the one that runs: that it is fit for this guest can be seen. */
export const unfitKernels = async (guest: Guest, facts: Facts, profile: Profile): Promise<Unfit> => {
  const rule = ruleFor(facts, profile);
  const unfit: Record<string, Notice> = {};
  for (const kernel of candidatesFor(facts, rule)) {
    const { release, modules, flavour } = kernel;
    if (release === facts.runningRelease) continue;
    const requires = rule?.prefer.includes(flavour) ? (rule.requires ?? []) : [];
    const against = await guest.recall(
      'fitness',
      modules,
      async () => (await lacking(guest, kernel, requires)) ?? (await undriven(guest, facts, kernel)),
    );
    if (against !== null) unfit[release] = against;
  }
  return unfit;
};
