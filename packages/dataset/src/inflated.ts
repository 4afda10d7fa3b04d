import { Readable } from 'node:stream'
import { DataSetDecodeError } from './data-set-decode-error.ts'
import { tooLarge, undeflatable } from './decode/data-set-faults.ts'
import { zlib } from './zlib.ts'

export interface InflateOptions {
  /** What it may inflate to, in bytes. Default: any length, as it streams past. */
  readonly maximumBytes?: number
  /** What comes at a time, in bytes. Default 16 384. */
  readonly chunkBytes?: number
}

/**
 * What a deflated data set (PS3.5 A.5) inflates to, while it streams past. Leaving early closes the source.
 *
 * @throws DataSetDecodeError for what is no whole deflated stream, or too long; what the source throws
 */
export async function* inflated(
  source: AsyncIterable<Uint8Array>,
  { maximumBytes = Infinity, chunkBytes = 16_384 }: InflateOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  let compressedBytes = 0
  const counted = async function* () {
    for await (const batch of source) {
      compressedBytes += batch.length
      yield batch
    }
  }
  const compressed = Readable.from(counted(), { objectMode: false })
  const inflate = zlib().createInflateRaw({ chunkSize: chunkBytes })
  compressed.once('error', (error) => inflate.destroy(error))
  let inflatedBytes = 0
  try {
    for await (const chunk of compressed.pipe(inflate) as AsyncIterable<Uint8Array>) {
      inflatedBytes += chunk.length
      if (inflatedBytes > maximumBytes) throw tooLarge(undefined, maximumBytes)
      yield chunk
    }
  } catch (error) {
    // An empty data set may have been left empty instead of being deflated.
    if (isZlibError(error) && compressedBytes === 0) return
    throw isZlibError(error) ? undeflatable(error) : error
  } finally {
    inflate.destroy()
    compressed.destroy()
  }
}

/** Node names zlib's errors after zlib's codes: Z_DATA_ERROR, Z_BUF_ERROR. */
function isZlibError(error: unknown): error is Error {
  return (
    !(error instanceof DataSetDecodeError) &&
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('Z_')
  )
}
