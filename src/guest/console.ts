import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** Writes one line to the system console. Nobody may be listening there, and a boot never fails for want of an audience. */
export const sayOnConsole = (line: string): void => {
  try {
    const fd = openSync('/dev/console', constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
    try {
      writeSync(fd, `enlighten: ${line}\r\n`);
    } finally {
      closeSync(fd);
    }
  } catch {
    // A console that is absent or full takes nothing; the same line is in the journal.
  }
};
