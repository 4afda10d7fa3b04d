import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { startArchive } from './archive-process.ts'
import { requestor } from './requestor.ts'
import { readStored } from './stored-files.ts'

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2'
const explicitVrLittleEndian = '1.2.840.10008.1.2.1'
const wanted = [{ abstractSyntax: ctImageStorage, transferSyntax: explicitVrLittleEndian }]

/** Around the sizes at which the archive reads into other memory, hands a batch to its store, or joins what is short. */
const sizes = [
  0,
  ...[2_048, 4_096, 65_536, 131_072, 524_288, 1_048_576, 3_000_000].flatMap((size) => [
    size - 2,
    size,
    size + 2,
  ]),
]

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Sends one object of each size, no two alike; what was sent by SOP Instance UID. */
async function send(port: number, sender: number, runBytes: number): Promise<[string, string][]> {
  const scu = await requestor(port, wanted)
  const sent: [string, string][] = []
  for (const [index, size] of sizes.entries()) {
    const uid = `2.25.${String(sender)}.${String(index)}`
    const dataSet = randomBytes(size)
    const runs: Uint8Array[] = []
    for (let begin = 0; begin < size; begin += runBytes) runs.push(dataSet.subarray(begin, begin + runBytes))
    if (runs.length === 0) runs.push(dataSet)
    expect(await scu.store(ctImageStorage, uid, runs)).toMatchObject({ status: 0 })
    sent.push([uid, digest(dataSet)])
  }
  await scu.release()
  return sent
}

/** Begins objects, and aborts in the middle of them, until it is told to stop. */
async function breakOff(port: number, sender: number, stop: AbortSignal): Promise<void> {
  for (let attempt = 0; !stop.aborted; attempt++) {
    const scu = await requestor(port, wanted)
    const storing = scu.store(ctImageStorage, `2.25.${String(sender)}.${String(attempt)}`, [
      randomBytes(2_000_000),
    ])
    storing.catch(() => undefined)
    setImmediate(() => {
      scu.association.abort()
    })
    await scu.association.closed
  }
}

it('keeps each object as it was sent, while many come at once and others break off', async () => {
  await using archive = await startArchive()
  const stop = new AbortController()
  const breaking = [101, 102].map((sender) => breakOff(archive.port, sender, stop.signal))
  const sent = await Promise.all(
    [1_000, 20_000, 100_000, 5_000_000].map((runBytes, sender) => send(archive.port, sender, runBytes)),
  )
  stop.abort()
  await Promise.all(breaking)
  const stored = await readStored(archive.store)
  for (const [uid, hash] of sent.flat())
    expect(digest(stored.get(uid)?.dataSet ?? Buffer.from(uid))).toBe(hash)
})
