/** Puts a capture together: what was heard, what was concluded from it, both blinded alike. Pure but for the random key. */
import { randomBytes } from 'node:crypto';
import type { detectionJson } from '../detect/detect.ts';
import type { deviceJson } from '../facts/inventory.ts';
import type { Path } from '../guest/guest.ts';
import type { Heard } from '../guest/recording.ts';
import type { Environment } from '../ovfenv/environment.ts';
import { lastPath } from '../ovfenv/last.ts';
import { secretsOf } from '../ovfenv/secrets.ts';
import { type Blinder, blinder, openEyes } from './blinder.ts';
import { blindPoint, type Carried, carriedText } from './content.ts';
import { storedEnvironment } from './environment.ts';
import { identitiesIn, SERIALS } from './identities.ts';
import { type Tree, treeOf } from './tree.ts';

type DetectionJson = ReturnType<typeof detectionJson>;
type DeviceJson = ReturnType<typeof deviceJson>;

/** What the agent concludes from what it reads, as its documents say it. */
export interface Concluded {
  detection: DetectionJson;
  /** `devices` of `detect --devices --json`. */
  devices: DeviceJson[];
  /** `offers` of `detect --offers --json`. */
  offers: unknown;
  /** The document of `plan --json`. */
  plan: unknown;
}

export interface Seen extends Concluded {
  heard: Heard;
  environment: Environment | null;
  /** What the machine is called. */
  names: readonly string[];
  /** Further files by name below /support: text. */
  support: Record<string, string>;
}

export interface Capture {
  tree: Tree;
  /** What the tree gives again when it is replayed. */
  concluded: Concluded;
}

const ARCH: Path = '/proc/sys/kernel/arch';

const recognisedIn = ({ evidence }: DetectionJson): string[] =>
  evidence.flatMap(({ source, value, supports }) => (SERIALS.test(source) && supports !== null ? [value] : []));

const blindDocument = <T>(document: T, blind: Blinder): T => JSON.parse(blind.text(JSON.stringify(document))) as T;

/** A serial is evidence only by being there: its file is blinded whole, however short it is. */
const blindDetection = (detection: DetectionJson, blind: Blinder): DetectionJson => {
  const blindOne = (item: DetectionJson['evidence'][number]) =>
    SERIALS.test(item.source) ? { ...item, value: blind.scrambled(item.value) } : item;
  const { evidence, overruled } = detection;
  return blindDocument({ ...detection, evidence: evidence.map(blindOne), overruled: overruled.map(blindOne) }, blind);
};

const blindDevices = (devices: DeviceJson[], blind: Blinder): DeviceJson[] => {
  const blindOne = (device: DeviceJson): DeviceJson => ({
    ...device,
    neededBy: device.neededBy.map(({ by, what }) => ({ by, what: by === 'mount' ? blindPoint(what, blind) : what })),
  });
  return blindDocument(devices.map(blindOne), blind);
};

const blindConcluded = ({ detection, devices, offers, plan }: Concluded, blind: Blinder): Concluded => ({
  detection: blindDetection(detection, blind),
  devices: blindDevices(devices, blind),
  offers: blindDocument(offers, blind),
  plan: blindDocument(plan, blind),
});

const secretValues = (environment: Environment | null): string[] => {
  if (environment === null) return [];
  const { properties, peers } = secretsOf(environment);
  return [properties, ...peers.map(peer => peer.properties)].flatMap(all => Object.values(all));
};

/** @param full keep all but secrets */
export const capture = (seen: Seen, full: boolean): Capture => {
  const { heard, environment, names } = seen;
  const words = { known: identitiesIn(heard, names), recognised: recognisedIn(seen.detection) };
  const blind = full ? openEyes : blinder(randomBytes(32), words);
  const carried: Carried = { blind, full, secrets: secretValues(environment) };
  const concluded = blindConcluded(seen, blind);
  const support = Object.entries(seen.support).map(([name, text]) => {
    const path = `/support/${name}`;
    return [path, carriedText(path, text, carried)] as const;
  });
  const more = {
    ...(seen.detection.arch === null ? {} : { [ARCH]: `${seen.detection.arch}\n` }),
    ...(environment === null ? {} : { [lastPath]: storedEnvironment(environment, blind) }),
    ...Object.fromEntries(support),
  };
  return { tree: treeOf(heard, carried, more), concluded };
};
