import { decodeDataSetStream, encodeDataSet, identifier } from '@dcm/dataset'
import { describe, expect, it } from 'vitest'

const explicit = '1.2.840.10008.1.2.1'
const deflated = '1.2.840.10008.1.2.1.99'

/** Gives these batches for ever, or until it breaks; says when it is closed. */
function source(batch: Uint8Array, failure?: Error) {
  let close: () => void = () => undefined
  const closed = new Promise<void>((resolve) => {
    close = resolve
  })
  async function* batches() {
    try {
      for (let count = 0; ; count += 1) {
        if (failure && count > 0) throw failure
        yield await Promise.resolve(batch)
      }
    } finally {
      close()
    }
  }
  return { batches: batches(), closed }
}

describe.each([explicit, deflated])('a source of a data set in %s', (transferSyntaxUid) => {
  const bytes = encodeDataSet(identifier({ PatientComments: 'x'.repeat(5_000) }), { transferSyntaxUid })

  it('that breaks, breaks the decoding with its own error', async () => {
    const failure = new Error('connection lost')
    const { batches, closed } = source(bytes.subarray(0, bytes.length / 2), failure)
    await expect(decodeDataSetStream(batches, { transferSyntaxUid })).rejects.toBe(failure)
    await closed
  })

  it('is closed when a limit is passed', async () => {
    const { batches, closed } = source(bytes)
    const limits = { maximumDataSetBytes: 1_000 }
    await expect(decodeDataSetStream(batches, { transferSyntaxUid, limits })).rejects.toThrow(
      expect.objectContaining({ code: 'DCM_DATA_SET_TOO_LARGE' }),
    )
    await closed
  })
})
