/** A value in one line: of a file's content, which a table has no room for, how long it is. */
export const inBrief = (value: string): string => {
  if (value === '') return 'nothing';
  const lines = value.trimEnd().split('\n').length;
  return lines === 1 ? value.trimEnd() : `${lines} lines`;
};
