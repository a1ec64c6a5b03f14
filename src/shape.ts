/**
 * Is this parsed JSON what we wrote? Small checks that are put together to a shape, by hand: a schema library would cost more than a
 * whole unchanged boot.
 */
export type Check = (value: unknown) => boolean;

export const text: Check = value => typeof value === 'string';
export const whole: Check = value => Number.isSafeInteger(value);
export const truth: Check = value => typeof value === 'boolean';
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const count: Check = value => Number.isSafeInteger(value) && (value as number) >= 0;
export const oneOf =
  (words: readonly unknown[]): Check =>
  value =>
    words.includes(value);
export const orAbsent =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
export const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value);
export const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
export const mapOf =
  (check: Check): Check =>
  value =>
    isObject(value) && Object.values(value).every(check);
export const record =
  (checks: Record<string, Check>): Check =>
  value =>
    isObject(value) && Object.entries(checks).every(([key, check]) => check(value[key]));
