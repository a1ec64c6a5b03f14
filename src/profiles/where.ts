/** Which file, or which word of ethtool, each attribute of a disk or a network card is. */

/** Below /sys/block/DEVICE (Documentation/ABI/stable/sysfs-block, Documentation/scsi/scsi_mid_low_api.rst). */
export const blockFiles = {
  scheduler: 'queue/scheduler',
  read_ahead_kb: 'queue/read_ahead_kb',
  nr_requests: 'queue/nr_requests',
  rq_affinity: 'queue/rq_affinity',
  nomerges: 'queue/nomerges',
  add_random: 'queue/add_random',
  max_sectors_kb: 'queue/max_sectors_kb',
  /** Milliseconds until a request is given up. */
  io_timeout: 'queue/io_timeout',
  /** The same in seconds, of a SCSI disk. */
  timeout: 'device/timeout',
  /** Requests a SCSI disk is given at once. */
  queue_depth: 'device/queue_depth',
} as const;

/** Below /sys/class/net/DEVICE (Documentation/ABI/testing/sysfs-class-net{,-queues}); `*` stands for each queue. */
export const networkFiles = {
  tx_queue_len: 'tx_queue_len',
  gro_flush_timeout: 'gro_flush_timeout',
  napi_defer_hard_irqs: 'napi_defer_hard_irqs',
  /** Processors as a hexadecimal mask. */
  rps_cpus: 'queues/rx-*/rps_cpus',
  rps_flow_cnt: 'queues/rx-*/rps_flow_cnt',
  xps_cpus: 'queues/tx-*/xps_cpus',
} as const;

/**
 * What only ethtool(8) can be asked: which of its tables shows it, under which name, and which word sets it. A number beyond what the card
 * offers means its most.
 */
export const ethtoolWords = {
  rx_ring: { table: 'rings', shown: 'RX', word: 'rx' },
  tx_ring: { table: 'rings', shown: 'TX', word: 'tx' },
  channels: { table: 'channels', shown: 'Combined', word: 'combined' },
  gro: { table: 'features', shown: 'generic-receive-offload', word: 'gro' },
  gso: { table: 'features', shown: 'generic-segmentation-offload', word: 'gso' },
  tso: { table: 'features', shown: 'tcp-segmentation-offload', word: 'tso' },
  lro: { table: 'features', shown: 'large-receive-offload', word: 'lro' },
} as const;

export type BlockAttribute = keyof typeof blockFiles;
export type EthtoolAttribute = keyof typeof ethtoolWords;
export type NetworkAttribute = keyof typeof networkFiles | EthtoolAttribute;

export const blockAttributes = Object.keys(blockFiles) as BlockAttribute[];
export const networkAttributes = [...Object.keys(networkFiles), ...Object.keys(ethtoolWords)] as NetworkAttribute[];

export const isEthtool = (attribute: string): attribute is EthtoolAttribute => Object.hasOwn(ethtoolWords, attribute);

/** Directives of a drop-in, by the section of the unit they belong to: systemd.exec(5), systemd.resource-control(5). */
export const unitDirectives = {
  CPUAffinity: 'Service',
  NUMAPolicy: 'Service',
  NUMAMask: 'Service',
  Nice: 'Service',
  OOMScoreAdjust: 'Service',
  LimitNOFILE: 'Service',
  LimitMEMLOCK: 'Service',
  Slice: 'Service',
  MemoryMin: 'control',
  MemoryLow: 'control',
  MemoryHigh: 'control',
  MemoryMax: 'control',
  CPUWeight: 'control',
  CPUQuota: 'control',
  AllowedCPUs: 'control',
  AllowedMemoryNodes: 'control',
  IOWeight: 'control',
  TasksMax: 'control',
} as const;

export type UnitDirective = keyof typeof unitDirectives;
export const directives = Object.keys(unitDirectives) as UnitDirective[];
