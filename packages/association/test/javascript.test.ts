import {
  acceptorPolicy,
  parseUid,
  proposeContexts,
  receiveAssociation,
  requestAssociation,
  verifyUserIdentity,
} from '@dcm/association'
import { memoryPair } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'

// What a compiler would say, where there is one.

const verification = parseUid('1.2.840.10008.1.1')
const implicit = parseUid('1.2.840.10008.1.2')
const policy = { abstractSyntaxes: [{ abstractSyntax: verification, transferSyntaxes: [implicit] }] }
const request = {
  callingAeTitle: 'SCU',
  calledAeTitle: 'SCP',
  presentationContexts: proposeContexts([{ abstractSyntax: verification, transferSyntaxes: [implicit] }]),
}

function refused(code: string) {
  return expect.objectContaining({ name: 'UsageError', code }) as Error
}

async function asked() {
  const [one, other] = memoryPair()
  const receiving = receiveAssociation(other)
  const requesting = requestAssociation(one, request)
  return { indication: await receiving, requesting }
}

describe('a policy is refused', () => {
  it.each<[string, unknown]>([
    ['that is none', undefined],
    ['without abstract syntaxes', {}],
    ['of UIDs alone', { abstractSyntaxes: [verification] }],
    ['without transfer syntaxes', { abstractSyntaxes: [{ abstractSyntax: verification }] }],
    [
      'of one transfer syntax alone',
      { abstractSyntaxes: [{ abstractSyntax: verification, transferSyntaxes: implicit }] },
    ],
    ['with a misspelt refuse, which refuses nobody', { ...policy, refuses: () => 'no' }],
    ['that refuses without asking', { ...policy, refuse: true }],
  ])('%s', (_what, wrong) => {
    expect(() => acceptorPolicy(wrong as never)).toThrow(refused('DCM_POLICY_INVALID'))
  })
})

it.each([
  receiveAssociation,
  (connection: never, options: never) => requestAssociation(connection, request, options),
])(
  'an AbortController in place of its signal leaves no rejection behind, and no connection',
  async (associate) => {
    const [connection] = memoryPair()
    const options = { signal: new AbortController() }
    await expect(associate(connection as never, options as never)).rejects.toThrow(refused('DCM_OPTION'))
    expect(connection.stream.destroyed).toBe(true)
  },
)

it('what was not negotiated is not accepted, and the request can still be', async () => {
  const { indication, requesting } = await asked()
  for (const wrong of [undefined, indication.request, acceptorPolicy(policy)]) {
    await expect(indication.accept(wrong as never)).rejects.toThrow(refused('DCM_OPTION'))
  }
  await indication.accept(acceptorPolicy(policy)(indication.request))
  const association = await requesting
  association.abort()
})

it('one receives on an association, with all that a receiver has', async () => {
  const { indication, requesting } = await asked()
  await indication.accept(acceptorPolicy(policy)(indication.request))
  const association = await requesting
  expect(() => {
    association.receive({} as never)
  }).toThrow(refused('DCM_OPTION'))
  const nothing = () => undefined
  const receiver = { fragment: nothing, releaseRequested: nothing, ended: nothing }
  association.receive(receiver)
  expect(() => {
    association.receive(receiver)
  }).toThrow(refused('DCM_RECEIVED_TWICE'))
  association.abort()
})

it.each([
  { accept: [1] },
  { accept: ['username'], verify: () => undefined },
  { accept: [1], verify: () => undefined, require: true },
])('a user identity policy is refused: %o', async (wrong) => {
  const { indication, requesting } = await asked()
  await expect(verifyUserIdentity(indication, wrong as never)).rejects.toThrow(refused('DCM_OPTION'))
  indication.reject({ result: 1, source: 1, reason: 1 })
  await expect(requesting).rejects.toMatchObject({ code: 'DCM_REJECTED' })
})
