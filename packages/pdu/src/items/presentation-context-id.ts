import { UsageError } from '../usage-error.ts'
import type { ByteReader } from '../wire/byte-reader.ts'

/** PS3.8 7.1.1.13: an odd number from 1 to 255, unique in its association. */
export function readPresentationContextId(content: ByteReader, seen: Set<number>): number {
  const byteOffset = content.byteOffset
  const id = content.uint8('presentation-context-ID')
  if (id % 2 === 0 || seen.has(id)) {
    throw content.error(
      `presentation-context-ID ${String(id)} ${seen.has(id) ? 'is used twice' : 'is even'}; ` +
        'allowed are odd numbers from 1 to 255, each once',
      { code: 'DCM_PDU_CONTEXT_ID', byteOffset },
    )
  }
  seen.add(id)
  return id
}

/** @throws UsageError `DCM_PRESENTATION_CONTEXT_ID` */
export function requirePresentationContextId(id: number): number {
  if (Number.isInteger(id) && id >= 1 && id <= 255 && id % 2 === 1) return id
  throw new UsageError(
    `presentation-context-ID ${String(id)} is not allowed; allowed are odd numbers from 1 to 255`,
    'DCM_PRESENTATION_CONTEXT_ID',
  )
}

/** What PS3.8 Table 9-11 asks of the contexts of one PDU that is to be sent: one at least, no id twice. */
export function requireDistinctContexts(
  contexts: readonly { readonly presentationContextId: number }[],
): void {
  const distinct = new Set(contexts.map((context) => context.presentationContextId)).size
  if (contexts.length > 0 && distinct === contexts.length) return
  throw new UsageError(
    `${String(contexts.length)} presentation contexts with ${String(distinct)} distinct ids; ` +
      'allowed are 1 to 128, each with its own id',
    'DCM_PRESENTATION_CONTEXT_ID',
  )
}
