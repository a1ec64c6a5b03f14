/**
 * The log is a function argument. Under systemd a line carries its priority as sd-daemon(3) reads it from stderr;
 * on a terminal it does not. One-shot commands need no more, and a logging library costs as much as a whole unchanged boot.
 */
type Priority = 'error' | 'warning' | 'notice' | 'info' | 'debug';
export type Log = (priority: Priority, line: string) => void;

/** syslog(3) levels. */
const LEVEL: Record<Priority, number> = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 };

/**
 * @param verbose also `info` (terminal) and `debug` lines.
 */
export const openLog = (verbose: boolean): Log => {
  const inJournal = process.env['JOURNAL_STREAM'] !== undefined;
  const most = verbose ? LEVEL.debug : inJournal ? LEVEL.info : LEVEL.notice;
  return (priority, line) => {
    if (LEVEL[priority] > most) return;
    const clean = line.replaceAll('\n', ' ');
    process.stderr.write(inJournal ? `<${LEVEL[priority]}>${clean}\n` : `${clean}\n`);
  };
};
