/** How the forms of `env` end besides well. */

/** There is no environment, or no such key. */
export const NONE = 3;
/** What was found must not be used; what is shown, if anything, is the last one. */
export const REFUSED = 1;
