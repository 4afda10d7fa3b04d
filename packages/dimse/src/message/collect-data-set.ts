import type { ByteSource } from './byte-source.ts'
import { checkedBatch, requireSource } from './outgoing-data-set.ts'

/**
 * The longest data set that is collected when nobody says otherwise, in bytes: identifiers and attribute lists have some
 * kilobytes; a storage commitment of 10 000 instances has 1.2 MB.
 */
export const maximumCollectedBytes = 4_194_304

/** A data set is longer than what was to be collected of it; the rest is not read. */
export class DataSetTooLongError extends Error {
  override readonly name = 'DataSetTooLongError'
  readonly code = 'DCM_DATA_SET_TOO_LONG'
  readonly maximumBytes: number

  constructor(maximumBytes: number) {
    super(`a data set of more than ${String(maximumBytes)} bytes`)
    this.maximumBytes = maximumBytes
  }
}

/**
 * A whole data set in one run of bytes, the caller's to keep: for identifiers and the like, that are read at once.
 *
 * @throws DataSetTooLongError, UsageError `DCM_DATA_SET_TYPE` for what is no source, and what the source rejects with
 */
export async function collectDataSet(
  source: ByteSource,
  maximumBytes: number = maximumCollectedBytes,
): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  let length = 0
  requireSource(source)
  for (let runs = await source.read(); runs; runs = await source.read()) {
    for (const run of checkedBatch(runs)) length += run.length
    if (length > maximumBytes) throw new DataSetTooLongError(maximumBytes)
    all.push(...runs)
  }
  const whole = new Uint8Array(length)
  let offset = 0
  for (const run of all) {
    whole.set(run, offset)
    offset += run.length
  }
  return whole
}
