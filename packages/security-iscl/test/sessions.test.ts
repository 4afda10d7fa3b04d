import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DEFAULT_EPOCH_LIMITS, type EngineSettings, isclKeys, type IsclSuite } from '@dcm/security-iscl'
import { describe, expect, test } from 'vitest'
import { delivered, dialogue, settle, summary } from './support/engine-pair.ts'
import { fromHex, hex } from './support/hex.ts'

type Side = 'acceptor' | 'requestor'

interface Step {
  readonly from: Side
  readonly data?: string
  readonly alert?: number
}

interface Session {
  readonly name: string
  readonly suite: IsclSuite
  readonly x25519: boolean
  readonly authenticationKeyIndex: number
  readonly trafficKeyIndex: number
  readonly authenticationKey: string
  readonly trafficKey: string
  readonly requestorIdentity: string
  readonly acceptorIdentity: string
  readonly requestorMaxPacket: number
  readonly acceptorMaxPacket: number
  readonly requestorChallenge: string
  readonly acceptorChallenge: string
  readonly requestorX25519: string
  readonly acceptorX25519: string
  readonly steps: readonly Step[]
  readonly packets: readonly { readonly from: Side; readonly bytes: string }[]
}

interface Vectors {
  readonly rekeyAfterPackets: number
  readonly sessions: readonly Session[]
}

const folder = new URL('.', import.meta.url)
const vectors = JSON.parse(readFileSync(new URL('vectors/sessions.json', folder), 'utf8')) as Vectors

describe('whole sessions of a second implementation', () => {
  test.each(vectors.sessions)('$name', (session) => {
    const pair = settle(dialogue(settingsOf(session, 'acceptor'), settingsOf(session, 'requestor')))
    for (const { from, data, alert } of session.steps) {
      if (data !== undefined) pair[from].send([fromHex(data)])
      else if (alert !== undefined) pair[from].abort('CLOSED', 'the vector says so')
      else pair[from].end()
      settle(pair)
    }

    expect(pair.packets.map(({ from, bytes }) => ({ from, bytes: hex(bytes) }))).toEqual(session.packets)
    expect(hex(delivered(pair.acceptorEvents))).toBe(dataFrom(session, 'requestor'))
    expect(hex(delivered(pair.requestorEvents))).toBe(dataFrom(session, 'acceptor'))
    const alerted = session.steps.some(({ alert }) => alert !== undefined)
    expect(summary(pair.requestorEvents)).toEqual(['established', alerted ? 'DCM_ISCL_CLOSED' : 'peer-ended'])
    expect(summary(pair.acceptorEvents)).toEqual(['established', ...(alerted ? [] : ['peer-ended'])])
  })

  test('cover every suite with and without X25519', () => {
    const kinds = new Set(vectors.sessions.map(({ suite, x25519 }) => `${suite} ${String(x25519)}`))
    expect(kinds.size).toBe(6)
  })
})

// In CI its absence is a failure; on a developer's machine the vectors it once made are enough.
if (process.env.CI !== undefined || spawnSync('python3', ['--version']).status === 0) {
  describe('the second implementation', () => {
    test('makes the same vectors today', () => {
      const script = fileURLToPath(new URL('oracle/sessions.py', folder))
      const run = spawnSync('python3', ['-B', script], { encoding: 'utf8', maxBuffer: 2 ** 24 })

      expect(run.stderr).toBe('')
      expect(run.status).toBe(0)
      expect(JSON.parse(run.stdout)).toEqual(vectors)
    })
  })
}

function settingsOf(session: Session, role: Side): Partial<EngineSettings> {
  const peer = role === 'acceptor' ? session.requestorIdentity : session.acceptorIdentity
  const slot = { peer, status: 'active' } as const
  const random = [session[`${role}Challenge`], session[`${role}X25519`]].map(fromHex)
  return {
    identity: session[`${role}Identity`],
    peer,
    keys: isclKeys({
      authentication: [
        { ...slot, index: session.authenticationKeyIndex, key: fromHex(session.authenticationKey) },
      ],
      traffic: [{ ...slot, index: session.trafficKeyIndex, key: fromHex(session.trafficKey) }],
    }),
    suites: [session.suite],
    x25519: session.x25519 ? 'required' : 'off',
    maxPacketBytes: session[`${role}MaxPacket`],
    epochLimits: {
      ...DEFAULT_EPOCH_LIMITS,
      rekeyAfterPackets: vectors.rekeyAfterPackets,
      minBytesBetweenRekeys: 0,
    },
    random: () => random.shift() ?? new Uint8Array(0),
  }
}

function dataFrom({ steps }: Session, side: Side): string {
  return steps.map(({ from, data }) => (from === side ? (data ?? '') : '')).join('')
}
