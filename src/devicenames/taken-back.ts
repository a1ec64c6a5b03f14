/** Undoing a change of a file that somebody may have edited since: their lines stay, ours go. */
interface Changed {
  before: string;
  after: string;
}

/** The lines that were changed, before and after; both texts have as many lines. */
export const changedLines = ({ before, after }: Changed): Changed[] => {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  return old.flatMap((line, at) => (line === fresh[at] ? [] : [{ before: line, after: fresh[at] ?? '' }]));
};

/** @returns exactly `before` where nothing else has changed; otherwise each of our lines that still stands is the old one again. */
export const takenBack = (now: string, changed: Changed): string => {
  if (now === changed.after) return changed.before;
  const ours = changedLines(changed);
  return now
    .split('\n')
    .map(line => {
      const at = ours.findIndex(({ after }) => after === line);
      return at < 0 ? line : (ours.splice(at, 1)[0]?.before ?? line);
    })
    .join('\n');
};
