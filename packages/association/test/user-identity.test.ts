import { receiveAssociation, type UserIdentityPolicy, verifyUserIdentity } from '@dcm/association'
import type { UserIdentity } from '@dcm/pdu'
import { FakeClock, memoryPair, ScriptedPeer } from '@dcm/testkit'
import type { SecurityContext } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { negotiate, request } from './conversation.ts'

const confidential: SecurityContext = { profile: 'test', protocol: 'test', confidential: true }
const signedOnly: SecurityContext = { ...confidential, confidential: false }
const refused = { result: 1, source: 1, reason: 1 }
const unavailable = { result: 2, source: 3, reason: 1 }

function identity(userIdentityType: number, positiveResponseRequested = false): UserIdentity {
  return {
    userIdentityType,
    positiveResponseRequested,
    primaryField: Buffer.from('jane'),
    secondaryField: Buffer.from(userIdentityType === 2 ? 'hunter2' : ''),
  }
}

function policy(changes: Partial<UserIdentityPolicy> = {}): UserIdentityPolicy {
  return {
    accept: [1, 2, 3, 4, 5],
    verify: () => Promise.resolve({ principal: { name: 'Jane' }, response: Buffer.from('ticket') }),
    ...changes,
  }
}

/** A request with this identity, as its acceptor sees it. */
async function indicated(userIdentity: UserIdentity | undefined, security: readonly SecurityContext[] = []) {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  const { userInformation } = request
  peer.send({ ...request, userInformation: { ...userInformation, ...(userIdentity && { userIdentity }) } })
  const indication = await receiveAssociation({ ...ours, security }, { clock, decisionTimeoutMs: 500 })
  return { clock, peer, indication }
}

const never: UserIdentityPolicy['verify'] = () => Promise.reject(new Error('must not be asked'))

describe('a user identity', () => {
  it('may be absent when it is not required', async () => {
    const { indication } = await indicated(undefined)
    expect(await verifyUserIdentity(indication, policy({ verify: never }))).toEqual({ admitted: true })
  })

  it('is refused when it is absent and required', async () => {
    const { indication } = await indicated(undefined)
    expect(await verifyUserIdentity(indication, policy({ required: true, verify: never }))).toEqual({
      admitted: false,
      rejection: refused,
      failure: 'missing',
    })
  })

  it.each([0, 3, 6, 255])('of type %i, which is not accepted, is refused unseen', async (type) => {
    const { indication } = await indicated(identity(type))
    const outcome = await verifyUserIdentity(indication, policy({ accept: [1, 2], verify: never }))
    expect(outcome).toEqual({ admitted: false, rejection: refused, failure: 'refused' })
  })

  it.each([2, 4, 5])('of type %i needs a confidential layer', async (type) => {
    for (const security of [[], [signedOnly]]) {
      const { indication } = await indicated(identity(type), security)
      expect(await verifyUserIdentity(indication, policy({ verify: never }))).toEqual({
        admitted: false,
        rejection: refused,
        failure: 'unprotected',
      })
      const allowed = policy({ requireSecureTransport: false })
      expect(await verifyUserIdentity(indication, allowed)).toMatchObject({ admitted: true })
    }
    const { indication } = await indicated(identity(type), [signedOnly, confidential])
    expect(await verifyUserIdentity(indication, policy())).toEqual({
      admitted: true,
      principal: { name: 'Jane' },
    })
  })

  it.each([1, 3])('of type %i holds no secret, and needs none', async (type) => {
    const { indication } = await indicated(identity(type))
    expect(await verifyUserIdentity(indication, policy())).toMatchObject({ admitted: true })
  })

  it('reaches the verifier with who asks whom, over what', async () => {
    const { indication } = await indicated(identity(2), [confidential])
    const seen: unknown[] = []
    const verify: UserIdentityPolicy['verify'] = (given, context) => {
      seen.push(
        Buffer.from(given.primaryField).toString(),
        Buffer.from(given.secondaryField).toString(),
        context,
      )
      return Promise.resolve(undefined)
    }
    expect(await verifyUserIdentity(indication, policy({ verify }))).toEqual({
      admitted: false,
      rejection: refused,
      failure: 'refused',
    })
    expect(seen.slice(0, 2)).toEqual(['jane', 'hunter2'])
    expect(seen[2]).toMatchObject({ callingAeTitle: 'SCU', calledAeTitle: 'SCP', security: [confidential] })
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('hunter2 unknown'))],
    [
      'throws',
      () => {
        throw new Error('hunter2 unknown')
      },
    ],
    [
      'answers with more than an item holds',
      () => Promise.resolve({ principal: { name: 'J' }, response: new Uint8Array(45_057) }),
    ],
  ] satisfies [string, UserIdentityPolicy['verify']][])(
    'whose verifier %s is refused for now, without its words',
    async (_, verify) => {
      const { indication } = await indicated(identity(3, true))
      const outcome = await verifyUserIdentity(indication, policy({ verify }))
      expect(outcome).toEqual({ admitted: false, rejection: unavailable, failure: 'unavailable' })
    },
  )

  it.each([
    [2, 'jane', true],
    [3, '', true],
    [4, '', false],
    [5, '', true],
  ])('of type %i leaves no secret in the request', async (type, left, verified) => {
    const { indication } = await indicated(identity(type), [confidential])
    await verifyUserIdentity(
      indication,
      policy(verified ? {} : { verify: () => Promise.reject(new Error('down')) }),
    )
    const { userIdentity } = indication.request.userInformation
    expect(Buffer.from(userIdentity?.secondaryField ?? []).toString()).not.toContain('hunter2')
    expect(Buffer.from(userIdentity?.primaryField ?? []).toString()).toBe(left || '\0'.repeat(4))
  })

  it.each([true, false, {}, { ok: false }, null])(
    'is refused when a verifier from JavaScript answers %j, which names nobody',
    async (answered) => {
      const { indication } = await indicated(identity(1))
      const verify = () => Promise.resolve(answered as unknown as undefined)
      expect(await verifyUserIdentity(indication, policy({ verify }))).toEqual({
        admitted: false,
        rejection: refused,
        failure: 'refused',
      })
    },
  )

  it('does not wait for a verifier when the decision is over', async () => {
    const { clock, indication, peer } = await indicated(identity(1))
    const outcome = verifyUserIdentity(indication, policy({ verify: () => new Promise(() => undefined) }))
    clock.advance(500)
    expect(await outcome).toMatchObject({ admitted: false, failure: 'unavailable' })
    expect(await peer.next()).toMatchObject({ type: 'A-ASSOCIATE-RJ', ...unavailable })
    expect(await verifyUserIdentity(indication, policy({ verify: never }))).toMatchObject({ admitted: false })
  })
})

describe('the response to a user identity', () => {
  it.each([
    [1, true, ''],
    [2, true, ''],
    [3, true, 'ticket'],
    [4, true, 'ticket'],
    [5, true, 'ticket'],
    [3, false, undefined],
  ])('of type %i, asked for: %s', async (type, asked, expected) => {
    const { indication, peer } = await indicated(identity(type, asked), [confidential])
    const outcome = await verifyUserIdentity(indication, policy())
    if (!outcome.admitted) throw new Error(outcome.failure)
    await indication.accept(
      negotiate(indication.request),
      outcome.response && { userIdentityResponse: outcome.response },
    )
    const { userIdentityResponse } = (await peer.expect('A-ASSOCIATE-AC')).userInformation
    const text = userIdentityResponse && Buffer.from(userIdentityResponse.serverResponse).toString()
    expect(text).toBe(expected)
    peer.cut()
  })
})
