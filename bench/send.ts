// Sending from disk with @dcm/scu and with `dcm send`, as built, beside DCMTK's storescu and dcmsend, into a receiver that throws
// everything away. From the repository's root:
//
//   npx --yes pnpm@12.21.0 run bench:send
//
// Each run is a process of its own: measured from its start to its end, start-up and looking at the files included, and as the receiver
// sees it, from A-ASSOCIATE-RQ to A-RELEASE-RQ. Contenders take turns within each round (A B C A B C …), since only ratios within one
// run mean something. Medians of 5 rounds.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contenders } from './send/contenders.ts'
import { makeFiles } from './send/make-files.ts'
import { run, type Run } from './send/run.ts'
import { startSink } from './send/sink.ts'

const rounds = 5
const mebibyte = 1_048_576
const workloads = [
  { name: '400 × 512 KiB', files: 400, pixelBytes: mebibyte / 2 },
  { name: '2,000 × 512 KiB', files: 2_000, pixelBytes: mebibyte / 2 },
  { name: '1 × 1 GiB', files: 1, pixelBytes: 1_024 * mebibyte },
]
const messages = [
  { name: 'C-ECHO, window 1', line: ['echo', '1', '40000'] },
  { name: 'C-ECHO, window 16', line: ['echo', '16', '40000'] },
  { name: 'C-FIND, 10,000 matches', line: ['find', '10000'] },
  { name: 'C-FIND, 100,000 matches', line: ['find', '100000'] },
]

/** A RAM-backed folder where there is one: what is compared is the senders, not a disk. */
const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'dcm-bench-'))
const sink = await startSink(folder)
try {
  console.table(Object.assign({}, ...(await stores())))
  console.table(await operations())
} finally {
  sink.stop()
  await rm(folder, { recursive: true, force: true })
}

async function stores(): Promise<Record<string, object>[]> {
  const rows: Record<string, object>[] = []
  for (const [index, { name, files, pixelBytes }] of workloads.entries()) {
    const source = join(folder, String(index))
    await mkdir(source)
    await makeFiles(source, files, pixelBytes)
    const runs = new Map(contenders().map((contender) => [contender, [] as Sending[]]))
    for (let round = 0; round < rounds; round++) {
      for (const [contender, own] of runs) {
        const rate = sink.nextRate()
        own.push({ ...(await run(contender.command(sink.port, source))), receiverRate: await rate })
      }
    }
    await rm(source, { recursive: true })
    for (const [contender, own] of runs)
      rows.push({ [`${name}: ${contender.name}`]: row(own, files * pixelBytes) })
  }
  return rows
}

interface Sending extends Run {
  readonly receiverRate: number
}

function row(runs: readonly Sending[], bytes: number): object {
  return {
    'MB/s, whole process': Math.round(bytes / 1e6 / median(runs.map(({ seconds }) => seconds))),
    'MB/s, receiver': Math.round(median(runs.map(({ receiverRate }) => receiverRate))),
    'CPU s': median(runs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
    'peak RSS, MiB': Math.round(median(runs.map(({ peakRssMebibytes }) => peakRssMebibytes))),
  }
}

async function operations(): Promise<Record<string, object>> {
  const runs = new Map(messages.map((each) => [each, [] as Run[]]))
  for (let round = 0; round < rounds; round++) {
    for (const [{ line }, own] of runs)
      own.push(await run([process.execPath, 'bench/send/scu-sender.js', ...line]))
  }
  return Object.fromEntries(
    Array.from(runs, ([{ name }, own]) => {
      const rates = own.map(({ output }) => Number(/"perSecond":([\d.]+)/.exec(output)?.[1]))
      return [
        name,
        {
          'per second': Math.round(median(rates)),
          'peak RSS, MiB': Math.round(median(own.map(({ peakRssMebibytes }) => peakRssMebibytes))),
        },
      ]
    }),
  )
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}
