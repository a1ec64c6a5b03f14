/** On a terminal the seconds run beside what is awaited; elsewhere one line tells what it took. */
export const awaiting = async <T>(what: string, work: Promise<T>): Promise<T> => {
  const begin = performance.now();
  const spent = (): string => `${Math.round((performance.now() - begin) / 1000)} s`;
  const { stdout } = process;
  const show = (): void => {
    stdout.write(`\r  … ${what}  ${spent()} `);
  };
  const timer = stdout.isTTY ? setInterval(show, 1000) : null;
  try {
    return await work;
  } finally {
    if (timer !== null) clearInterval(timer);
    stdout.write(`${stdout.isTTY ? '\r' : ''}  … ${what}  ${spent()}\n`);
  }
};
