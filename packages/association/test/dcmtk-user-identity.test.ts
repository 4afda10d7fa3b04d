import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  acceptorPolicy,
  receiveAssociation,
  type UserIdentityPolicy,
  verifyUserIdentity,
} from '@dcm/association'
import { ExplicitVRLittleEndian, ImplicitVRLittleEndian, uidOf } from '@dcm/pdu'
import { tcp } from '@dcm/transport-tcp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dcmtk } from './dcmtk.ts'

const sample = fileURLToPath(new URL('../../../../shared/dicom-samples/CT_small.dcm', import.meta.url))
const negotiate = acceptorPolicy({
  abstractSyntaxes: [
    {
      abstractSyntax: uidOf('CTImageStorage'),
      transferSyntaxes: [ExplicitVRLittleEndian, ImplicitVRLittleEndian],
    },
  ],
})
let folder = ''
let token = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dcm-token-'))
  token = join(folder, 'token')
  await writeFile(token, 'a token of 21 letters')
})

afterAll(() => rm(folder, { recursive: true }))

/** One storescu with these options at an acceptor with this policy: what it printed, and whom the verifier saw. */
async function storescu(
  options: readonly string[],
  policy: Omit<UserIdentityPolicy, 'verify'>,
  admits = true,
) {
  await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
  const port = 'port' in listener.address ? String(listener.address.port) : ''
  const seen: string[] = []
  const accepts = async (): Promise<string> => {
    const indication = await receiveAssociation(await listener.accept())
    const outcome = await verifyUserIdentity(indication, {
      ...policy,
      verify: ({ userIdentityType, primaryField, secondaryField }) => {
        const fields = [primaryField, secondaryField].map((bytes) => Buffer.from(bytes).toString())
        seen.push(String(userIdentityType), ...fields)
        const verified = { principal: { name: 'jane' }, response: Buffer.from('a server ticket') }
        return Promise.resolve(admits ? verified : undefined)
      },
    })
    if (!outcome.admitted) {
      indication.reject(outcome.rejection)
      await indication.closed
      return outcome.failure
    }
    const association = await indication.accept(
      negotiate(indication.request),
      outcome.response && { userIdentityResponse: outcome.response },
    )
    // What it has to store is of no interest here.
    association.receive({
      fragment: () => {
        association.abort()
      },
      releaseRequested: () => {
        association.respondRelease()
      },
      ended: () => undefined,
    })
    await association.closed
    return 'admitted'
  }
  const line = ['-v', '-d', ...options, '127.0.0.1', port, sample]
  const [{ output }, outcome] = await Promise.all([dcmtk('storescu', ...line), accepts()])
  return { output, outcome, seen }
}

const openly: Omit<UserIdentityPolicy, 'verify'> = { accept: [1, 2, 3, 4, 5], requireSecureTransport: false }
const response = /User Identity Negotiation Response: *(.*)/g

describe('the user of a storescu', () => {
  it.each([
    ['a username', ['--user', 'jane'], ['1', 'jane', '']],
    ['a username and a passcode', ['--user', 'jane', '--password', 'sesame'], ['2', 'jane', 'sesame']],
  ])('with %s is verified, and gets the positive response asked for', async (_, options, fields) => {
    const { outcome, seen, output } = await storescu([...options, '--pos-response'], openly)
    expect(outcome, output).toBe('admitted')
    expect(seen).toEqual(fields)
    expect([...output.matchAll(response)].at(-1)?.[1], output).not.toBe('none')
  })

  it('gets no response that it did not ask for', async () => {
    const { outcome, output } = await storescu(['--user', 'jane'], openly)
    expect(outcome, output).toBe('admitted')
    expect([...output.matchAll(response)].at(-1)?.[1], output).toBe('none')
  })

  it.each([
    ['--kerberos', '3'],
    ['--saml', '4'],
    ['--jwt', '5'],
  ])('with %s is verified', async (option, type) => {
    const { outcome, seen, output } = await storescu([option, token, '--pos-response'], openly)
    expect(outcome, output).toBe('admitted')
    expect(seen).toEqual([type, 'a token of 21 letters', ''])
    expect([...output.matchAll(response)].at(-1)?.[1], output).not.toBe('none')
  })

  it('who is refused is told so, and no more', async () => {
    const { outcome, output } = await storescu(['--user', 'eve'], openly, false)
    expect(outcome).toBe('refused')
    expect(output).toContain('Result: Rejected Permanent, Source: Service User')
    expect(output).toContain('Reason: No Reason')
  })

  it('is refused unseen with a passcode in clear, by default', async () => {
    const { outcome, seen, output } = await storescu(['--user', 'jane', '--password', 'sesame'], {
      accept: [1, 2],
    })
    expect({ outcome, seen }).toEqual({ outcome: 'unprotected', seen: [] })
    expect(output).toContain('Rejected Permanent')
  })

  it('has to be one, where one is required', async () => {
    const { outcome, seen } = await storescu([], { ...openly, required: true })
    expect({ outcome, seen }).toEqual({ outcome: 'missing', seen: [] })
  })
})
