/**
 * Matches the modalias of a VMBus interface type, which spells the GUID's bytes in memory order: the first three groups are little-endian
 * (scripts/mod/file2alias.c, do_vmbus_entry).
 * @param guid as include/linux/hyperv.h writes it: `525074dc-8985-46e2-8057-a307dc18a502`
 */
export const vmbus = (guid: string): RegExp => {
  const [first = '', second = '', third = '', ...rest] = guid.split('-');
  const reversed = (group: string): string => (group.match(/../g) ?? []).reverse().join('');
  return new RegExp(`^vmbus:${[first, second, third].map(reversed).join('')}${rest.join('')}`);
};
