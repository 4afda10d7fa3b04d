import { PduDecoder, type PduDecoderLimits, type PduEvent } from '@dcm/pdu'

/** Every event of a stream that comes in chunks of these sizes, the last size for all that follow. */
export function decodeAll(
  bytes: Uint8Array,
  sizes: readonly number[] = [bytes.length],
  limits?: PduDecoderLimits,
) {
  const decoder = new PduDecoder(limits)
  const events: PduEvent[] = []
  let error: unknown
  let mostHeldBytes = 0
  let position = 0
  try {
    for (let turn = 0; position < bytes.length; turn++) {
      const size = Math.max(1, sizes[Math.min(turn, sizes.length - 1)] ?? 1)
      decoder.push(bytes.slice(position, position + size))
      position += size
      for (let event = decoder.next(); event !== undefined; event = decoder.next()) events.push(event)
      mostHeldBytes = Math.max(mostHeldBytes, decoder.heldBytes)
    }
  } catch (thrown) {
    error = thrown
  }
  return { decoder, events, error, mostHeldBytes }
}

/** The events with each PDV's fragments put together, which is what may not depend on how the bytes were cut. */
export function joinFragments(events: readonly PduEvent[]): PduEvent[] {
  const joined: PduEvent[] = []
  let open = false
  for (const event of events) {
    const last = joined.at(-1)
    if (event.type === 'PDV' && open && last?.type === 'PDV') {
      joined[joined.length - 1] = { ...event, data: new Uint8Array(Buffer.concat([last.data, event.data])) }
    } else {
      joined.push(event)
    }
    open = event.type === 'PDV' && !event.endOfPdv
  }
  return joined
}
