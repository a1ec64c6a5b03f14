/**
 * Real hardware in a guest: it can only have been passed through. Asked after the imitations, and in guests alone.
 * Whoever is in neither table stays unknown: a card of 2003 may be either.
 */
import { type NatureRow, pci } from './nature.ts';

const nature = 'passed-through' as const;
const PCI_IDS = 'The PCI ID database';

/** Virtual functions: the part of an SR-IOV card that is given away. Their ids say so. */
const virtualFunctions: [vendor: string, devices: string, name: string][] = [
  ['8086', '10CA|10ED|1515|1520|152[EF]|1530|154C|156[45]|1571|15A[89]|15B4|15C5|1889|37CD|37D9|0DD5', 'an Intel NIC'],
  ['8086', '044[23]|18A1|18EF|19E3|37C9', 'Intel QuickAssist'],
  ['15B3', '1002|1004|1012|1014|1016|1018|101A|101C|101E|0263|A2D3', 'a Mellanox ConnectX'],
  ['14E4', '160[69]|163F|166F|16A9|16AD|16AF|16C1|16CB|16D3|16DC|16E[15]|180[6-9]', 'a Broadcom NetXtreme'],
  ['1077', '1664|8090|843[01]', 'a QLogic NIC'],
  ['10DF', '0728|072[ABC]|E208|E268', 'an Emulex adapter'],
  ['1425', '[456]8..', 'a Chelsio NIC'],
  ['177D', '971[23]|A03[3467]|A064|A0F[378E]', 'a Cavium or Marvell Octeon'],
  ['1924', '1803|1813|1903|1923|1A03|1B03', 'a Solarflare NIC'],
  ['19E5', '375[EF]|379[EF]|A22[EF]|A251|A256|A259|A25B', 'a Huawei adapter'],
  ['1DD8', '1003|1006|100B|100D|8002|8004', 'an AMD Pensando DSC'],
  ['1414', '00BA', 'a Microsoft Azure Network Adapter (MANA)'],
  ['1D0F', '0EC2|1EC2|EC2[01]', 'an Elastic Network Adapter (ENA) on a Nitro card'],
  ['1D0F', 'EFA[0-9]', 'an Elastic Fabric Adapter on a Nitro card'],
  ['1D0F', '8061|CD0[01]', 'NVMe on a Nitro card'],
];

/** Makers of whose hardware no hypervisor makes an imitation. */
const makers: [vendor: string, name: string][] = [
  ['10DE', 'NVIDIA'],
  ['1002', 'AMD graphics'], // QEMU imitates two old ones, and signs them
  ['15B3', 'Mellanox'],
  ['14E4', 'Broadcom'],
  ['1077', 'QLogic'],
  ['10DF', 'Emulex'],
  ['1425', 'Chelsio'],
  ['1924', 'Solarflare'],
  ['1DD8', 'AMD Pensando'],
  ['1DA3', 'Habana Labs'],
  ['10EE', 'Xilinx'],
  ['144D', 'Samsung'],
  ['1344', 'Micron'],
  ['15B7', 'SanDisk'],
  ['1C5C', 'SK hynix'],
  ['1E0F', 'KIOXIA'],
  ['1179', 'Toshiba'],
  ['1987', 'Phison'],
  ['126F', 'Silicon Motion'],
  ['1BB1', 'Seagate'],
];

/** Intel made what everybody imitates, and much that nobody does. */
const intel: NatureRow[] = [
  {
    nature,
    modalias: pci('8086', '10FB|1521|1528|1533|1563|1572|158[1-9AB]|159[1-9A-F]'),
    because: 'an Intel NIC that no hypervisor imitates',
    reference: PCI_IDS,
  },
  { nature, modalias: /^pci:v00008086.*bc01sc08/, because: 'an Intel NVMe disk', reference: PCI_IDS },
];

export const hardware: readonly NatureRow[] = [
  ...virtualFunctions.map(([vendor, devices, name]) => ({
    nature,
    modalias: pci(vendor, devices),
    because: `a virtual function of ${name}`,
    reference: PCI_IDS,
  })),
  ...makers.map(([vendor, name]) => ({
    nature,
    modalias: pci(vendor),
    because: `hardware of ${name}, which no hypervisor imitates`,
    reference: PCI_IDS,
  })),
  ...intel,
] satisfies NatureRow[];
