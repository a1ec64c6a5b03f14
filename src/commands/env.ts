/** `enlighten env`: a table of its forms. */
import { exportForm } from './env/export.ts';
import { get } from './env/get.ts';
import { make } from './env/make.ts';
import { show } from './env/show.ts';
import { transports } from './env/transports.ts';
import { commandOf } from './form.ts';

export const command = commandOf(
  'env',
  'the OVF environment: what the deployer wants',
  { show, get, export: exportForm, transports, make },
  'show',
);
