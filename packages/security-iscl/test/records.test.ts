import { DEFAULT_EPOCH_LIMITS, type IsclSuite } from '@dcm/security-iscl'
import { describe, expect, test } from 'vitest'
import { delivered, dialogue, establishedPair, settle, summary, takePackets } from './support/engine-pair.ts'
import { fromHex, hex } from './support/hex.ts'

const suites: IsclSuite[] = ['aes-256-gcm', 'chacha20-poly1305', 'hmac-sha256-integrity']
const empty = new Uint8Array(0)

/** A session and three DATA packets of the requestor that are still on their way. */
function onTheirWay(suite: IsclSuite = 'aes-256-gcm') {
  const pair = establishedPair({ suites: [suite] }, { suites: [suite] })
  for (const text of ['aaaa', 'bbbb', 'cccc']) pair.requestor.send([Buffer.from(text)])
  const [a = empty, b = empty, c = empty] = takePackets(pair.requestor)
  return {
    ...pair,
    a,
    b,
    c,
    receive: (...packets: Uint8Array[]) => pair.acceptor.receive(Buffer.concat(packets)),
  }
}

describe.each(suites)('DATA under %s', (suite) => {
  test('in order: delivered', () => {
    const { a, b, c, receive } = onTheirWay(suite)
    expect(Buffer.from(delivered(receive(a, b, c))).toString()).toBe('aaaabbbbcccc')
  })

  test('in pieces of any size: delivered as one', () => {
    const { requestor, acceptor } = establishedPair({ suites: [suite] }, { suites: [suite] })
    const pieces = [3, 5, 9000, 7, 4096, 8000, 1].map((size) => new Uint8Array(size).fill(size))
    requestor.send(pieces)
    const packets = takePackets(requestor)

    expect(packets).toHaveLength(1)
    expect(delivered(acceptor.receive(packets[0] ?? empty))).toEqual(new Uint8Array(Buffer.concat(pieces)))
  })

  test('dropped: the one behind is refused', () => {
    const { a, c, receive } = onTheirWay(suite)
    const events = receive(a, c)
    expect(Buffer.from(delivered(events)).toString()).toBe('aaaa')
    expect(summary(events)).toEqual(['DCM_ISCL_BAD_RECORD'])
  })

  test('doubled: delivered once', () => {
    const { a, b, receive } = onTheirWay(suite)
    const events = receive(a, a, b)
    expect(Buffer.from(delivered(events)).toString()).toBe('aaaa')
    expect(summary(events)).toEqual(['DCM_ISCL_BAD_RECORD'])
  })

  test('swapped: nothing delivered', () => {
    const { a, b, receive } = onTheirWay(suite)
    const events = receive(b, a)
    expect(delivered(events)).toEqual(empty)
    expect(summary(events)).toEqual(['DCM_ISCL_BAD_RECORD'])
  })

  test('sent back to its sender: nothing delivered', () => {
    const { a, requestor } = onTheirWay(suite)
    expect(summary(requestor.receive(a))).toEqual(['DCM_ISCL_BAD_RECORD'])
  })

  test('of another session with the same keys: nothing delivered', () => {
    let fresh = 0
    const random = (length: number) => new Uint8Array(length).fill(++fresh)
    const other = establishedPair({ suites: [suite], random }, { suites: [suite] })
    const { a } = onTheirWay(suite)
    expect(summary(other.acceptor.receive(a))).toEqual(['DCM_ISCL_BAD_RECORD'])
  })

  test('every octet changed: refused with the code of its field, nothing delivered', () => {
    const wrong: string[] = []
    const { a } = onTheirWay(suite)
    for (let offset = 0; offset < a.length; offset++) {
      const { acceptor } = onTheirWay(suite)
      const changed = new Uint8Array(a)
      changed[offset] = (a[offset] ?? 0) ^ 0x01
      const events = [...acceptor.receive(changed), ...acceptor.receiveEnd()]
      const expected =
        offset < 4
          ? ['BAD_MAGIC']
          : offset < 8
            ? [['BAD_VERSION'], ['BAD_TYPE'], ['BAD_OPTION'], ['BAD_EPOCH']][offset - 4]
            : offset < 12
              ? ['BAD_LENGTH', 'BAD_RECORD', 'TRUNCATED']
              : ['BAD_RECORD']
      const code = summary(events).join().replace('DCM_ISCL_', '')
      if (expected?.includes(code) !== true || delivered(events).length > 0)
        wrong.push(`${String(offset)}: ${code}`)
    }
    expect(wrong).toEqual([])
  })
})

describe('packets that may not come', () => {
  const cases: [string, string, string][] = [
    ['unprotected data', '495343320220000100000016', 'BAD_OPTION'],
    ['CLEAR', '495343320221000000000016', 'BAD_OPTION'],
    ['protected CLEAR', '495343320221010100000016', 'BAD_TYPE'],
    ['the end-of-message flag', '495343320220030100000016', 'BAD_OPTION'],
    ['a handshake packet', '495343320212000000000019', 'BAD_OPTION'],
    ['an unprotected ALERT', '4953433202f0000000000002', 'BAD_OPTION'],
    ['a second COMPLETE', '495343320216010100000010', 'BAD_TYPE'],
    ['an unasked DISC_RP', '4953433202ff010100000018', 'BAD_TYPE'],
    ['the next epoch', '495343320220010200000016', 'BAD_EPOCH'],
    ['epoch 0', '495343320220010000000016', 'BAD_EPOCH'],
    ['less than a tag', '49534332022001010000000f', 'BAD_LENGTH'],
    ['a tag and nothing', '495343320220010100000010', 'BAD_LENGTH'],
    ['one octet more than agreed', '49534332022001010001fff5', 'BAD_LENGTH'],
    ['4 GiB', '4953433202200101ffffffff', 'BAD_LENGTH'],
    ['a REKEY with a payload', '495343320222010100000011', 'BAD_LENGTH'],
    ['a DISC_RQ of nine octets', '4953433202fe010100000019', 'BAD_LENGTH'],
    ['an ALERT of one octet', '4953433202f0010100000011', 'BAD_LENGTH'],
    ['an ALERT of 131 octets', '4953433202f0010100000093', 'BAD_LENGTH'],
  ]
  test.each(cases)('%s: refused at its header', (_what, header, code) => {
    const { acceptor, requestor } = establishedPair()
    const events = acceptor.receive(fromHex(header))

    expect(summary(events)).toEqual([`DCM_ISCL_${code}`])
    // The peer is told under the session's keys.
    const told = requestor.receive(Buffer.concat(acceptor.takeOutput()))
    expect(told).toMatchObject([{ error: { code: `DCM_ISCL_${code}`, local: false } }])
  })

  test('plain DICOM after the handshake: refused in silence', () => {
    const { acceptor } = establishedPair()
    expect(summary(acceptor.receive(fromHex('04')))).toEqual(['DCM_ISCL_BAD_MAGIC'])
    expect(acceptor.takeOutput()).toEqual([])
  })

  test('a packet of exactly the agreed size passes, and one octet more is not sent', () => {
    const { acceptor, requestor } = establishedPair()
    const largest = requestor.maxDataBytes
    expect(largest).toBe(131_072 - 12 - 16)
    requestor.send([new Uint8Array(largest)])
    const [packet] = takePackets(requestor)

    expect(packet).toHaveLength(131_072)
    expect(delivered(acceptor.receive(packet ?? empty))).toHaveLength(largest)
    expect(() => {
      requestor.send([new Uint8Array(largest + 1)])
    }).toThrow(RangeError)
    expect(() => {
      requestor.send([])
    }).toThrow(RangeError)
  })
})

describe('a session that cannot go on', () => {
  test('ends with LIMIT when its 255 epochs are used up, and tells the peer', () => {
    const epochLimits = { ...DEFAULT_EPOCH_LIMITS, rekeyAfterPackets: 1, minBytesBetweenRekeys: 0 }
    const pair = establishedPair({ epochLimits }, { epochLimits })
    // COMPLETE was the first packet of epoch 1.
    for (let count = 0; count < 254; count++) pair.requestor.send([Buffer.from('x')])
    expect(() => {
      pair.requestor.send([Buffer.from('x')])
    }).toThrow(expect.objectContaining({ code: 'DCM_ISCL_LIMIT', local: true }))
    settle(pair)

    expect(delivered(pair.acceptorEvents)).toHaveLength(254)
    expect(pair.acceptor.failure).toMatchObject({ code: 'DCM_ISCL_LIMIT', local: false })
  })

  test('ends with INTERNAL, and the cause, when something in it throws that should not', () => {
    const cause = new Error('no entropy')
    const pair = dialogue({
      random: () => {
        throw cause
      },
    })
    settle(pair)

    expect(pair.acceptor.failure).toMatchObject({ code: 'DCM_ISCL_INTERNAL', cause })
    expect(pair.requestor.failure).toMatchObject({ code: 'DCM_ISCL_INTERNAL', local: false })
  })
})

describe('the end', () => {
  test('each direction ends alone, with DISC_RQ and DISC_RP', () => {
    const pair = establishedPair()
    pair.requestor.send([Buffer.from('question')])
    pair.requestor.end()
    settle(pair)
    expect(summary(pair.acceptorEvents)).toEqual(['peer-ended'])
    pair.acceptor.send([Buffer.from('answer')])
    pair.acceptor.end()
    settle(pair)

    expect(Buffer.from(delivered(pair.requestorEvents)).toString()).toBe('answer')
    expect(pair.packets.map(({ bytes }) => hex(bytes.subarray(5, 6)))).toEqual(['20', 'fe', '20', 'ff'])
    expect(pair.acceptor.receiveEnd()).toEqual([])
    expect(pair.requestor.receiveEnd()).toEqual([])
    expect(pair.acceptor.phase).toBe('disconnection')
  })

  test('both may end at once', () => {
    const pair = establishedPair()
    pair.requestor.end()
    pair.acceptor.end()
    settle(pair)

    expect(summary(pair.acceptorEvents)).toEqual(['peer-ended'])
    expect(summary(pair.requestorEvents)).toEqual(['peer-ended'])
  })

  test('the connection cut without it: TRUNCATED', () => {
    const { acceptor } = onTheirWay()
    expect(acceptor.receiveEnd()).toMatchObject([
      { error: { code: 'DCM_ISCL_TRUNCATED', phase: 'messages' } },
    ])
    expect(acceptor.takeOutput()).toEqual([])
  })

  test('an octet after the end of the peer: TRUNCATED, or refused once its type shows', () => {
    const { acceptor, requestor } = establishedPair()
    requestor.end()
    acceptor.receive(Buffer.concat(requestor.takeOutput()))
    expect(acceptor.receive(fromHex('49'))).toEqual([])
    expect(summary(acceptor.receiveEnd())).toEqual(['DCM_ISCL_TRUNCATED'])
  })

  test('nothing can be sent before the handshake or after the end', () => {
    const { requestor } = establishedPair()
    requestor.end()
    const closed = expect.objectContaining({ code: 'DCM_ISCL_CLOSED', local: true }) as unknown
    expect(() => {
      requestor.send([Buffer.from('more')])
    }).toThrow(closed)
    expect(() => {
      requestor.end()
    }).toThrow(closed)
    expect(() => {
      dialogue().acceptor.send([Buffer.from('early')])
    }).toThrow(closed)
  })
})
