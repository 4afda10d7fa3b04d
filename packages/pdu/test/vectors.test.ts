import { type ControlPdu, encodePdu, isUid } from '@dcm/pdu'
import { describe, expect, test } from 'vitest'
import { decodeAll, joinFragments } from './decode-all.ts'
import { hex, join } from './hex.ts'
import { vectors } from './vectors.ts'

describe.each(vectors)('$clause $name', ({ bytes, events }) => {
  test('whole', () => {
    const result = decodeAll(bytes)
    expect(result.error).toBeUndefined()
    expect(result.events).toEqual(events)
    expect(result.decoder.midPdu).toBe(false)
    expect(result.decoder.heldBytes).toBe(0)
  })

  test('one byte at a time', () => {
    const result = decodeAll(bytes, [1])
    expect(result.error).toBeUndefined()
    expect(joinFragments(result.events)).toEqual(events)
    expect(result.decoder.midPdu).toBe(false)
    expect(result.decoder.heldBytes).toBe(0)
  })

  test('with the next PDU and a piece of a third behind it', () => {
    const release = hex('05 00 00 00 00 04 00 00 00 00')
    const result = decodeAll(join(bytes, release, hex('07 00 00')))
    expect(result.error).toBeUndefined()
    expect(result.events).toEqual([...events, { type: 'A-RELEASE-RQ' }])
    expect(result.decoder.midPdu).toBe(true)
    expect(result.decoder.heldBytes).toBe(3)
  })
})

const canonical = vectors.filter((vector) => vector.canonical !== false)

test.each(canonical)('$clause $name: encoded, the same bytes', ({ bytes, events }) => {
  const encoded = events.map((event) => encodePdu(event as ControlPdu))
  expect(join(...encoded)).toEqual(bytes)
})

test('a malformed UID is told from a UID, and a leading zero makes none malformed', () => {
  const [event] = decodeAll(
    vectors.find((vector) => vector.name.includes('UIDs that are none'))?.bytes ?? hex(''),
  ).events
  expect(event?.type).toBe('A-ASSOCIATE-RQ')
  if (event?.type !== 'A-ASSOCIATE-RQ') return
  expect(event.presentationContexts.map((context) => isUid(context.abstractSyntax))).toEqual([
    true,
    true,
    false,
  ])
  expect(event.presentationContexts[0]?.transferSyntaxes.map(isUid)).toEqual([true, true, false])
})
