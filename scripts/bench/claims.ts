/**
 * What lines of the profiles claim, as something that can be measured in a virtual machine: what is set before and after, and shell lines that
 * print one number. `$wire` is the card to the host, `$host` the host's address, where iperf3 listens; /dev/vdb is a disk that answers after
 * 0.1 ms, whatever is asked.
 */
export interface Claim {
  /** The profile it stands in; `vendor` of what no built-in profile has. */
  profile: string;
  line: string;
  /** What the number is, and in which unit. */
  what: string;
  better: 'more' | 'less';
  without: string;
  with: string;
  measure: string;
}

const fio = (options: string, field: string): string =>
  `fio --name=it --filename=/dev/vdb --output-format=json ${options} | jq '.jobs[0].${field}'`;

const iperf = (options: string): string =>
  `iperf3 --client $host --time 5 --omit 1 --json ${options} | jq '.end.sum_received.bits_per_second / 1e6'`;

const sysctl = (name: string, value: string): string => `sysctl -qw ${name}='${value}'`;
const scheduler = (name: string): string => `echo ${name} > /sys/block/vdb/queue/scheduler`;
const readAhead = (size: number): string => `echo ${size} > /sys/block/vdb/queue/read_ahead_kb`;
const hugePages = (when: string): string => `echo ${when} > /sys/kernel/mm/transparent_hugepage/enabled`;

/** Milliseconds until what a database has written is on the disk, when it asks for that at last. */
const syncOfMuch = `
dd if=/dev/zero of=/var/tmp/much bs=1M count=180 status=none
python3 - <<'END'
import os, time
file = os.open('/var/tmp/much', os.O_WRONLY)
begun = time.monotonic()
os.fsync(file)
print((time.monotonic() - begun) * 1000)
END
rm /var/tmp/much; sync`;

/** Milliseconds that the slowest of many small writes takes to the disk while another program writes without a pause. */
const syncBesideWriter = `
python3 - <<'END'
import os, subprocess, time
writer = subprocess.Popen(['dd', 'if=/dev/zero', 'of=/var/tmp/much', 'bs=1M', 'count=512', 'status=none'])
file = os.open('/var/tmp/little', os.O_CREAT | os.O_WRONLY)
longest = 0
while writer.poll() is None:
    begun = time.monotonic()
    os.pwrite(file, b'x' * 4096, 0)
    os.fsync(file)
    longest = max(longest, time.monotonic() - begun)
    time.sleep(0.05)
print(longest * 1000)
END
rm /var/tmp/much; sync`;

/** Milliseconds to touch 192 MiB, page by page. */
const touching = `
python3 - <<'END'
import mmap, time
memory = mmap.mmap(-1, 192 << 20)
begun = time.monotonic()
for at in range(0, len(memory), 4096): memory[at] = 1
print((time.monotonic() - begun) * 1000)
END`;

export const claims: readonly Claim[] = [
  {
    ...{ profile: 'kvm, qemu', line: 'block: scheduler: none', what: '4 KiB random reads, 1/s', better: 'more' },
    ...{ without: scheduler('mq-deadline'), with: scheduler('none') },
    measure: fio(
      '--direct=1 --time_based --runtime=5 --rw=randread --bs=4k --ioengine=libaio --iodepth=32',
      'read.iops',
    ),
  },
  {
    ...{ profile: 'throughput', line: 'block: read_ahead_kb: 4096', what: 'reading in order, MiB/s', better: 'more' },
    ...{ without: readAhead(128), with: readAhead(4096) },
    measure: ['echo 3 > /proc/sys/vm/drop_caches', fio('--rw=read --bs=64k --size=60M', 'read.bw / 1024')].join('\n'),
  },
  ...(
    [
      ['fsync of 180 MiB just written, ms', syncOfMuch],
      ['slowest fsync beside a writer, ms', syncBesideWriter],
    ] as const
  ).map(
    ([what, measure]): Claim => ({
      ...{ profile: 'database', line: 'vm.dirty_background_bytes: 67108864', what, better: 'less' },
      without: sysctl('vm.dirty_background_ratio', '10'),
      with: sysctl('vm.dirty_background_bytes', '67108864'),
      measure,
    }),
  ),
  {
    ...{
      profile: 'database, low-latency',
      line: 'transparent_hugepage: never',
      what: 'touching 192 MiB, ms',
      better: 'less',
    },
    ...{ without: hugePages('always'), with: hugePages('never') },
    measure: touching,
  },
  {
    ...{ profile: 'throughput', line: 'net.ipv4.tcp_rmem, tcp_wmem', what: 'one TCP stream, Mbit/s', better: 'more' },
    without: [
      sysctl('net.ipv4.tcp_rmem', '4096 131072 6291456'),
      sysctl('net.ipv4.tcp_wmem', '4096 16384 4194304'),
    ].join('\n'),
    with: [sysctl('net.ipv4.tcp_rmem', '4096 87380 16777216'), sysctl('net.ipv4.tcp_wmem', '4096 16384 16777216')].join(
      '\n',
    ),
    measure: iperf(''),
  },
  {
    ...{ profile: 'vendor', line: 'network: channels: 2', what: 'four TCP streams, Mbit/s', better: 'more' },
    ...{ without: 'ethtool -L $wire combined 1', with: 'ethtool -L $wire combined 2' },
    measure: iperf('--parallel 4'),
  },
];
