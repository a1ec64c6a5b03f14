/** This boot's copies under /run/enlighten for other programs: one everybody may read, and the secrets for root alone. */
import type { WritableGuest } from '../guest/guest.ts';
import type { Environment } from './environment.ts';
import { environmentJson, schemaVersion } from './json.ts';
import { secretsOf, withoutSecrets } from './secrets.ts';

export const publicPath = '/run/enlighten/environment.json';
export const secretsPath = '/run/enlighten/secrets.json';

/** Writes both; with null removes both. The public one has the fields of `env show`; secret properties are absent from it. */
export const publishEnvironment = async (guest: WritableGuest, environment: Environment | null): Promise<void> => {
  if (environment === null) {
    await guest.remove(publicPath);
    await guest.remove(secretsPath);
    return;
  }
  await guest.replace(secretsPath, asFile({ schemaVersion, ...secretsOf(environment) }), 0o600);
  await guest.replace(publicPath, asFile(environmentJson(withoutSecrets(environment), { reveal: false })), 0o644);
};

const asFile = (value: unknown): string => `${JSON.stringify(value)}\n`;
