import type { Guest } from '../../guest/guest.ts';
import { apk } from './apk.ts';
import type { Database } from './database.ts';
import { dpkg } from './dpkg.ts';
import { rpm } from './rpm.ts';

/** In order: on Debian an RPM database may be there as well, and is nobody's. */
const databases: readonly Database[] = [dpkg, apk, rpm];

/** The database of the guest's package manager; null where there is none we know. */
export const databaseOf = async (guest: Guest): Promise<Database | null> => {
  for (const database of databases) {
    for (const path of database.known) if ((await guest.stat(path)) !== null) return database;
  }
  return null;
};
