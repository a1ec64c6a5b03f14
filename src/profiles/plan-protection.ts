import type { Facts } from '../facts/facts.ts';
import { APT, aptProtection } from '../packages/protection.ts';
import type { Planned } from './planned.ts';
import type { ProtectionStep } from './step.ts';

const REASON =
  'The running, the fall-back and the universal kernel, and the one to be tried, stay when others are cleared away.';

/** @param wanted the release that is to become the default; null where there is none. */
export const planProtection = ({ kept, manager }: Facts, wanted: string | null): Planned => {
  if (manager !== 'apt' || kept.length === 0) return { steps: [], notices: [] };
  const releases = [...new Set([...kept, ...(wanted === null ? [] : [wanted])])].sort();
  const step: ProtectionStep = {
    id: 'protection:apt',
    kind: 'protection',
    desired: releases.join(' '),
    reason: REASON,
    reference: APT.reference,
    lasts: 'persistent',
    path: APT.file,
    content: aptProtection(releases),
  };
  return { steps: [step], notices: [] };
};
