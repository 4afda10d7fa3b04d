import { parseUid, proposeContexts, requestAssociation, type UserIdentityPolicy } from '@dcm/association'
import { DimseChannel } from '@dcm/dimse'
import { createScp, type Peer, type ScpOptions } from '@dcm/scp'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it } from 'vitest'

const verification = parseUid('1.2.840.10008.1.1')
const transferSyntaxes = [parseUid('1.2.840.10008.1.2')]

/** Passcodes as a site's directory might hold them. */
const policy: UserIdentityPolicy = {
  accept: [2],
  required: true,
  requireSecureTransport: false,
  verify: ({ primaryField, secondaryField }) => {
    const [name, passcode] = [primaryField, secondaryField].map((field) => Buffer.from(field).toString())
    if (name === 'down') return Promise.reject(new Error(`directory away, asked with ${String(passcode)}`))
    return Promise.resolve(name === 'jane' && passcode === 'hunter2' ? { principal: { name } } : undefined)
  },
}

async function running(options: Pick<ScpOptions, 'identity' | 'requireIdentity'>) {
  const peers: Peer[] = []
  const log: string[] = []
  const say = (fields: object, message: string): void => {
    log.push(`${message} ${JSON.stringify(fields)}`)
  }
  const scp = createScp({
    aeTitle: 'SCP',
    transport: tcp(),
    ...options,
    logger: { debug: say, info: say, warn: say, error: say },
    services: [
      {
        abstractSyntaxes: [{ abstractSyntax: verification, transferSyntaxes }],
        handlers: {
          'C-ECHO-RQ': (operation) => {
            peers.push(operation.peer)
            return Promise.resolve({ status: 0x0000 })
          },
        },
      },
    ],
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  const associate = async (name?: string, passcode = '') =>
    requestAssociation(await tcp().connect(address), {
      callingAeTitle: 'SCU',
      calledAeTitle: 'SCP',
      presentationContexts: proposeContexts([{ abstractSyntax: verification, transferSyntaxes }]),
      ...(name !== undefined && {
        userInformation: {
          userIdentity: {
            userIdentityType: 2,
            positiveResponseRequested: true,
            primaryField: Buffer.from(name),
            secondaryField: Buffer.from(passcode),
          },
        },
      }),
    })
  return {
    peers,
    log,
    associate,
    [Symbol.asyncDispose]: () => scp.close({ drainMs: 0 }).then(() => undefined),
  }
}

describe('the identity option', () => {
  it('shows services the verified user, and answers', async () => {
    await using scp = await running({ identity: policy })
    const association = await scp.associate('jane', 'hunter2')
    expect(association.facts.answer.userInformation.userIdentityResponse?.serverResponse).toHaveLength(0)
    const channel = new DimseChannel(association)
    const [context] = association.facts.contexts.values()
    if (!context) throw new Error('Verification was not accepted')
    const echo = { type: 'C-ECHO-RQ', affectedSopClassUid: verification } as const
    expect((await (await channel.invoke(context, echo)).next())?.command.status).toBe(0x0000)
    await channel.release()
    expect(scp.peers.map((peer) => peer.principal)).toEqual([{ name: 'jane' }])
    expect(scp.log.join()).not.toContain('hunter2')
  })

  it.each([
    ['a wrong passcode', 'jane', 'guess', { result: 1, source: 1, reason: 1 }],
    ['a wrong name', 'joan', 'hunter2', { result: 1, source: 1, reason: 1 }],
    ['no identity', undefined, undefined, { result: 1, source: 1, reason: 1 }],
    ['a directory that is down', 'down', 'hunter2', { result: 2, source: 3, reason: 1 }],
  ])('refuses %s', async (_, name, passcode, rejection) => {
    await using scp = await running({ identity: policy })
    await expect(scp.associate(name, passcode)).rejects.toMatchObject({ code: 'DCM_REJECTED', ...rejection })
    expect(scp.log.join()).toContain('association rejected')
    expect(scp.log.join()).not.toMatch(/hunter2|guess/)
  })

  it('refuses a passcode over a plain connection by default', async () => {
    await using scp = await running({ identity: { ...policy, requireSecureTransport: true } })
    await expect(scp.associate('jane', 'hunter2')).rejects.toMatchObject({ result: 1, source: 1, reason: 1 })
    expect(scp.log.join()).toContain('"userIdentity":"unprotected"')
  })
})

describe('the requireIdentity option', () => {
  it.each([
    ['refuses whom no layer vouches for', () => false],
    ['may take its time', () => Promise.resolve(false)],
  ])('%s', async (_, requireIdentity) => {
    await using scp = await running({ requireIdentity })
    await expect(scp.associate()).rejects.toMatchObject({ result: 1, source: 1, reason: 3 })
  })

  it('sees what was authenticated, and under which AE title it comes', async () => {
    const seen: unknown[] = []
    await using scp = await running({
      requireIdentity: (security, callingAeTitle) => {
        seen.push(security, callingAeTitle)
        return true
      },
    })
    const association = await scp.associate()
    association.abort()
    expect(seen).toEqual([[], 'SCU'])
  })

  it('that breaks refuses as transient', async () => {
    await using scp = await running({ requireIdentity: () => Promise.reject(new Error('no directory')) })
    await expect(scp.associate()).rejects.toMatchObject({ result: 2, source: 1, reason: 1 })
  })
})
