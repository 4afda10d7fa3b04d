import { DEFAULT_EPOCH_LIMITS, type EpochLimits, type IsclEvent } from '@dcm/security-iscl'
import { describe, expect, test } from 'vitest'
import { encodeDisc } from '../src/engine/messages/disc.ts'
import { PacketFramer } from '../src/engine/packet-framer.ts'
import { PacketType } from '../src/engine/packet-type.ts'
import { ProtectedChannel } from '../src/engine/protected-channel.ts'
import { RecordOpener } from '../src/engine/record-opener.ts'
import { RecordSealer } from '../src/engine/record-sealer.ts'
import { SUITES } from '../src/engine/suite.ts'

const suite = SUITES['aes-256-gcm']
const secret = new Uint8Array(32).fill(7)

/** A channel, and a peer that holds the right keys and breaks the rules with them. */
function besideRogue(role: 'acceptor' | 'requestor', limits: Partial<EpochLimits> = {}) {
  const epochLimits = { ...DEFAULT_EPOCH_LIMITS, ...limits }
  const events: IsclEvent[] = []
  const channel = new ProtectedChannel(
    {
      sealer: new RecordSealer(suite, new Uint8Array(32), epochLimits),
      opener: new RecordOpener(suite, secret, epochLimits),
      maxPacketBytes: 2 ** 21,
    },
    role,
    { send: () => undefined, emit: (event) => events.push(event), completed: () => undefined },
  )
  const framer = new PacketFramer((header, bytes) => channel.open(header, bytes))
  const rogueLimits = { ...epochLimits, rekeyAfterPackets: 1 }
  const rogue = new RecordSealer(suite, secret, rogueLimits)
  return {
    channel,
    events,
    rogue,
    receive: (type: number, payload: Uint8Array = new Uint8Array(0)) => {
      framer.push(Buffer.concat(rogue.seal(type, [payload], payload.length)))
    },
    receiveRekey: () => {
      framer.push(Buffer.concat(rogue.rekeyWhenDue()))
    },
  }
}

function fault(reason: string) {
  return expect.objectContaining({ reason }) as unknown
}

describe('a peer with the right keys', () => {
  test('that counts its octets wrongly: TRUNCATED', () => {
    const { receive, events } = besideRogue('requestor')
    receive(PacketType.DATA, new Uint8Array(5))
    expect(() => {
      receive(PacketType.DISC_RQ, encodeDisc(6))
    }).toThrow(fault('TRUNCATED'))
    expect(events.map(({ type }) => type)).toEqual(['data'])
  })

  test.each(['DATA', 'REKEY', 'DISC_RQ', 'DISC_RP'] as const)(
    'that sends %s after its end: BAD_TYPE',
    (type) => {
      const { receive } = besideRogue('requestor')
      receive(PacketType.DISC_RQ, encodeDisc(0))
      expect(() => {
        receive(PacketType[type], new Uint8Array(8))
      }).toThrow(fault('BAD_TYPE'))
    },
  )

  test('that gives an ALERT after its end is heard', () => {
    const { receive } = besideRogue('requestor')
    receive(PacketType.DISC_RQ, encodeDisc(0))
    expect(() => {
      receive(PacketType.ALERT, new Uint8Array([0, 11]))
    }).toThrow(fault('LIMIT'))
  })

  test('that gives an ALERT with a number nobody knows is heard as INTERNAL', () => {
    const { receive } = besideRogue('requestor')
    expect(() => {
      receive(PacketType.ALERT, new Uint8Array([0xff, 0xff, 0x41]))
    }).toThrow(fault('INTERNAL'))
  })

  test.each(['DATA', 'REKEY', 'DISC_RQ'] as const)('that sends %s before COMPLETE: BAD_TYPE', (type) => {
    const { receive, events } = besideRogue('acceptor')
    expect(() => {
      receive(PacketType[type], new Uint8Array(8))
    }).toThrow(fault('BAD_TYPE'))
    expect(events).toEqual([])
  })

  test('that floods with REKEY: LIMIT at the first that comes too soon', () => {
    const { receive, receiveRekey } = besideRogue('requestor')
    receive(PacketType.DATA, new Uint8Array(2 ** 20))
    receiveRekey()
    receive(PacketType.DATA, new Uint8Array(1))
    expect(receiveRekey).toThrow(fault('LIMIT'))
  })

  test('that goes on under one key for too long: LIMIT', () => {
    const { receive } = besideRogue('requestor', { hardStopBytes: 1000 })
    receive(PacketType.DATA, new Uint8Array(900))
    expect(() => {
      receive(PacketType.DATA, new Uint8Array(100))
    }).toThrow(fault('LIMIT'))
  })

  test('may use up 255 epochs, and no more', () => {
    const { receive, receiveRekey, events, rogue } = besideRogue('requestor', { minBytesBetweenRekeys: 0 })
    for (let epoch = 1; epoch < 255; epoch++) {
      receive(PacketType.DATA, new Uint8Array([epoch]))
      receiveRekey()
    }
    receive(PacketType.DATA, new Uint8Array([255]))

    expect(events).toHaveLength(255)
    expect(() => rogue.rekeyWhenDue()).toThrow(fault('LIMIT'))
  })
})
