import type { TextDecoder as Decoder } from 'node:util'

const decoders = new Map<string, Decoder>()

/**
 * The decoder of an encoding, by its WHATWG label. Bytes that mean nothing in it become U+FFFD.
 *
 * @throws RangeError where Node was built without the full ICU.
 */
export function decoderOf(label: string): Decoder {
  let decoder = decoders.get(label)
  if (!decoder) {
    decoder = new TextDecoder(label, { ignoreBOM: true })
    decoders.set(label, decoder)
  }
  return decoder
}
