/** The agent's version: package.json's, put in by the build; from the sources it says so. */
declare const ENLIGHTEN_VERSION: string | undefined;

export const VERSION = typeof ENLIGHTEN_VERSION === 'string' ? ENLIGHTEN_VERSION : '0.0.0-sources';
