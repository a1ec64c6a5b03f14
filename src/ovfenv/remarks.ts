/** What is odd about a document that is read all the same: one Notice for each kind, however often it occurs. */
import { environmentNotice } from '../notices/environment.ts';
import type { Notice } from '../notices/notice.ts';

type Code = Parameters<typeof environmentNotice>[0];

/** `where` names the place, never a value: a value may be a secret. */
export type Remark = (code: Code, where: string) => void;

const mostNamed = 5;
const longestName = 80;

export const collectRemarks = (subject: string): { remark: Remark; notices: () => Notice[] } => {
  const places = new Map<Code, Set<string>>();
  return {
    remark: (code, where) => places.set(code, (places.get(code) ?? new Set()).add(where.slice(0, longestName))),
    notices: () => [...places].map(([code, where]) => environmentNotice(code, subject, named([...where]))),
  };
};

const named = (places: string[]): string => {
  const more = places.length - mostNamed;
  return places.slice(0, mostNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
};
