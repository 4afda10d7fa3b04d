import { encodePDataTf, encodePdu, PduDecodeError, PduDecoder, type PduEvent } from '@dcm/pdu'
import { describe, expect, test } from 'vitest'
import { decodeAll } from './decode-all.ts'
import { associate, hex, join } from './hex.ts'
import { request, vectors } from './vectors.ts'

const requestBytes = encodePdu(request)

function drain(decoder: PduDecoder): PduEvent[] {
  const events: PduEvent[] = []
  for (let event = decoder.next(); event !== undefined; event = decoder.next()) events.push(event)
  return events
}

describe('P-DATA-TF', () => {
  test('fragments are views of the pushed chunk', () => {
    const decoder = new PduDecoder()
    const chunk = join(
      ...encodePDataTf([
        { presentationContextId: 1, isCommand: false, isLast: true, data: [hex("'pixels'")] },
      ]),
    )
    decoder.push(chunk)
    const [, fragment] = drain(decoder)
    expect(fragment).toMatchObject({ type: 'PDV', data: hex("'pixels'"), endOfPdv: true, endOfPdu: true })
    expect(fragment?.type === 'PDV' && fragment.data.buffer).toBe(chunk.buffer)
  })

  test('a PDV over three chunks comes as three fragments, and only the last ends it', () => {
    const bytes = hex("04 00 00 00 00 0e 00 00 00 0a 01 02 'abcdefgh' 05 00 00 00 00 04 00 00 00 00")
    const { events } = decodeAll(bytes, [14, 3, 100])
    expect(
      events.map((event) =>
        event.type === 'PDV' ? [event.data.length, event.endOfPdv, event.endOfPdu] : event.type,
      ),
    ).toEqual(['P-DATA-TF', [2, false, false], [3, false, false], [3, true, true], 'A-RELEASE-RQ'])
  })

  test('a header that ends its chunk waits for content before it says anything', () => {
    const decoder = new PduDecoder()
    decoder.push(hex('04 00 00 00 00 07 00 00 00 03 01 02'))
    expect(drain(decoder)).toEqual([{ type: 'P-DATA-TF', length: 7 }])
    expect(decoder.midPdu).toBe(true)
    expect(decoder.heldBytes).toBe(0)
    decoder.push(hex("'x'"))
    expect(drain(decoder)).toHaveLength(1)
    expect(decoder.midPdu).toBe(false)
  })

  test('a PDU of 4 GiB is read in pieces with nothing held', () => {
    const decoder = new PduDecoder()
    decoder.push(hex('04 00 ff ff ff ff ff ff ff fb 01 00'))
    expect(drain(decoder)).toEqual([{ type: 'P-DATA-TF', length: 0xffffffff }])
    const chunk = new Uint8Array(1 << 20)
    let left = 0xffffffff - 6
    while (left > 0) {
      const piece = chunk.subarray(0, Math.min(left, chunk.length))
      left -= piece.length
      decoder.push(piece)
      const [fragment, ...more] = drain(decoder)
      expect(more).toEqual([])
      expect(
        fragment?.type === 'PDV' &&
          fragment.data.length === piece.length &&
          fragment.endOfPdu === (left === 0),
      ).toBe(true)
      expect(decoder.heldBytes).toBe(0)
    }
    expect(decoder.midPdu).toBe(false)
    decoder.push(hex('00'))
    expect(() => decoder.next()).toThrow(expect.objectContaining({ byteOffset: 0xffffffff + 6 }))
  })

  test('a header split at any byte costs less than its own 6 bytes', () => {
    const bytes = hex('04 00 00 00 00 06 00 00 00 02 01 03')
    for (let cut = 1; cut < bytes.length; cut++) {
      const { events, mostHeldBytes, decoder } = decodeAll(bytes, [cut, bytes.length])
      expect(events).toHaveLength(2)
      expect(mostHeldBytes).toBe(cut % 6)
      expect(decoder.heldBytes).toBe(0)
    }
  })
})

describe('A-ASSOCIATE', () => {
  test('held bytes are those that came, whatever was announced', () => {
    const decoder = new PduDecoder()
    decoder.push(hex('01 00 00 10 00 00 00 01 00 00'))
    expect(drain(decoder)).toEqual([])
    expect(decoder.heldBytes).toBe(4)
    expect(decoder.midPdu).toBe(true)
  })

  test('a PDU at the limit in chunks of one byte is whole in the end, and held in no more than the limit', () => {
    const filler = `aa 00 e0 00 ${'00 '.repeat(0xe000)}`
    const bytes = join(
      requestBytes.subarray(0, 74),
      associate(0x01, ...Array<string>(18).fill(filler)).subarray(74),
      requestBytes.subarray(74),
    )
    new DataView(bytes.buffer).setUint32(2, bytes.length - 6)
    expect(bytes.length - 6).toBeLessThan(1_048_576)
    const { events, error, mostHeldBytes } = decodeAll(bytes, [1000])
    expect(error).toBeUndefined()
    expect(events).toMatchObject([request])
    expect(mostHeldBytes).toBeLessThan(bytes.length)
  })

  test('nothing of a decoded PDU refers to the chunk', () => {
    for (const { bytes, events } of vectors) {
      if (bytes[0] === 0x04) continue
      const decoder = new PduDecoder()
      // A Buffer, as sockets give it: its slice() would be a view.
      const chunk = Buffer.from(bytes)
      decoder.push(chunk)
      const decoded = drain(decoder)
      chunk.fill(0xee)
      expect(decoded).toEqual(events)
    }
  })
})

test('a thousand peers that announce 1 MiB and send ten bytes cost what they sent', () => {
  const before = process.memoryUsage().arrayBuffers
  const decoders = Array.from({ length: 1000 }, () => {
    const decoder = new PduDecoder()
    decoder.push(hex('01 00 00 10 00 00 00 01 00 00'))
    drain(decoder)
    return decoder
  })
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
  expect(decoders.every((decoder) => decoder.heldBytes === 4)).toBe(true)
})

describe('limits', () => {
  test('a PDU at its limit passes, one byte more does not', () => {
    const length = requestBytes.length - 6
    expect(decodeAll(requestBytes, [9], { maximumAssociatePduLengthBytes: length }).error).toBeUndefined()
    expect(decodeAll(requestBytes, [9], { maximumAssociatePduLengthBytes: length - 1 }).error).toMatchObject({
      code: 'DCM_PDU_TOO_LONG',
    })
    const data = hex('04 00 00 00 00 07 00 00 00 03 01 02 61')
    expect(decodeAll(data, [9], { maximumPDataLengthBytes: 7 }).error).toBeUndefined()
    expect(decodeAll(data, [9], { maximumPDataLengthBytes: 6 }).error).toMatchObject({
      code: 'DCM_PDU_TOO_LONG',
      byteOffset: 2,
      message: 'P-DATA-TF length 7 exceeds the limit of 6 bytes',
    })
  })

  test('items and sub-items are counted together', () => {
    // Application context, presentation context, abstract syntax, transfer syntax, user information, maximum length.
    expect(decodeAll(requestBytes, [9], { maximumAssociateItems: 6 }).error).toBeUndefined()
    expect(decodeAll(requestBytes, [9], { maximumAssociateItems: 5 }).error).toMatchObject({
      code: 'DCM_PDU_TOO_MANY_ITEMS',
      message: 'the PDU has more items than the limit of 5',
      byteOffset: 153,
    })
    const empty = associate(0x01, 'aa 00 00 00 '.repeat(16_385))
    expect(decodeAll(empty).error).toMatchObject({
      code: 'DCM_PDU_TOO_MANY_ITEMS',
      byteOffset: 74 + 4 * 16_384,
    })
  })

  test.each([
    { maximumAssociateItems: 3 },
    { maximumAssociatePduLengthBytes: 67 },
    { maximumAssociatePduLengthBytes: 2 ** 32 },
    { maximumPDataLengthBytes: 5 },
    { maximumPDataLengthBytes: 100.5 },
    { maximumPDataLengthBytes: Number.NaN },
  ])('%o is out of range', (limits) => {
    expect(() => new PduDecoder(limits)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_LIMIT_RANGE' }),
    )
  })
})

describe('use', () => {
  test('an empty chunk changes nothing', () => {
    const decoder = new PduDecoder()
    decoder.push(hex(''))
    expect(decoder.next()).toBeUndefined()
    expect(decoder.next()).toBeUndefined()
    expect(decoder.midPdu).toBe(false)
  })

  test('a chunk may be read in two sittings, but not covered by the next', () => {
    const decoder = new PduDecoder()
    decoder.push(join(requestBytes, requestBytes))
    expect(decoder.next()).toEqual(request)
    expect(() => {
      decoder.push(requestBytes)
    }).toThrow(expect.objectContaining({ name: 'UsageError', code: 'DCM_DECODER_BUSY' }))
    expect(decoder.next()).toEqual(request)
    decoder.push(requestBytes)
    expect(drain(decoder)).toEqual([request])
  })

  test('after an error it stays failed, with the same error, and keeps nothing', () => {
    const decoder = new PduDecoder()
    decoder.push(join(associate(0x01), requestBytes))
    const thrown: unknown[] = []
    for (let turn = 0; turn < 3; turn++) {
      try {
        decoder.next()
      } catch (error) {
        thrown.push(error)
      }
      decoder.push(requestBytes)
    }
    expect(thrown).toHaveLength(3)
    expect(thrown[0]).toBeInstanceOf(PduDecodeError)
    expect(new Set(thrown).size).toBe(1)
    expect(decoder.heldBytes).toBe(0)
  })
})
