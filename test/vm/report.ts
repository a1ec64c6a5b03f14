/** How the lab says what it is doing: one line for each long act, with what it took. Nothing else is printed while building. */
export async function during<T>(what: string, act: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  process.stdout.write(`lab: ${what} … `);
  try {
    const result = await act();
    process.stdout.write(`${seconds(begin)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write(`failed after ${seconds(begin)} s\n`);
    throw error;
  }
}

/** Seconds since `begin`, for a person: `0.4`, `13`. */
export function seconds(begin: number): string {
  const spent = (performance.now() - begin) / 1000;
  return spent < 10 ? spent.toFixed(1) : spent.toFixed(0);
}
