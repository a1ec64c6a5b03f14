/** The environment as its descriptor means it. Pure, and no library: the stored environment is read so at an unchanged boot. */
import type { Environment } from '../environment.ts';
import { collectRemarks } from '../remarks.ts';
import { complaintAbout } from './value.ts';

/** Characters of a key that a Notice shows. */
const shownKey = 40;

/**
 * With the default in place of every value that is missing or does not fit its declaration; one without a default is left out.
 * The vendor's own default is never judged. Properties that are not declared stay as they are.
 */
export const declared = (environment: Environment): Environment => {
  const { remark, notices } = collectRemarks(environment.source);
  const properties = new Map(Object.entries(environment.properties));
  for (const [key, declaration] of Object.entries(environment.declarations)) {
    const given = properties.get(key);
    const complaint = given === undefined || given === declaration.default ? null : complaintAbout(given, declaration);
    if (given !== undefined && complaint === null) continue;
    if (complaint !== null) {
      const code = declaration.default === null ? 'environment-bad-value-dropped' : 'environment-bad-value';
      remark(code, `${key.slice(0, shownKey)} (${complaint})`);
    }
    if (declaration.default === null) properties.delete(key);
    else properties.set(key, declaration.default);
  }
  return {
    ...environment,
    properties: Object.fromEntries(properties),
    notices: [...environment.notices, ...notices()],
  };
};
