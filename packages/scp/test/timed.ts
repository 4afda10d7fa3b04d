import { type Association, parseUid, planAssociations, requestAssociation } from '@dcm/association'
import { DimseChannel, uidOf } from '@dcm/dimse'
import { createScp, type Handlers, type Scp, type ScpOptions } from '@dcm/scp'
import { FakeClock, memoryTransport, settled } from '@dcm/testkit'

/** It may have any service. */
export const privateClass = parseUid('1.2.3.4')
const verification = uidOf('Verification')
const transferSyntaxes = [parseUid('1.2.840.10008.1.2')]

/** An SCP on a clock that is moved by hand, and an association with it. */
export interface Timed extends AsyncDisposable {
  readonly scp: Scp
  readonly clock: FakeClock
  readonly log: string[]
  readonly association: Association
  readonly channel: DimseChannel
  /** One more association. */
  associate(): Promise<DimseChannel>
  /** Lets what is under way come to rest, then moves the clock. */
  pass(ms: number): Promise<void>
}

/** These handlers for a private SOP class, in both roles; a C-ECHO is always answered. */
export async function timed(handlers: Handlers, options: Partial<ScpOptions> = {}): Promise<Timed> {
  const clock = new FakeClock()
  const network = memoryTransport()
  const log: string[] = []
  const say = (level: string) => (_: object, message: string) => log.push(`${level}: ${message}`)
  const scp = createScp({
    aeTitle: 'SCP',
    transport: network,
    services: [
      {
        abstractSyntaxes: [
          { abstractSyntax: privateClass, transferSyntaxes, requestorRoles: { scu: true, scp: true } },
        ],
        handlers,
      },
      {
        abstractSyntaxes: [{ abstractSyntax: verification, transferSyntaxes }],
        handlers: { 'C-ECHO-RQ': () => Promise.resolve({ status: 0 }) },
      },
    ],
    clock,
    logger: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    ...options,
  })
  const address = await scp.listen({ host: 'scp', port: 104 })
  const [proposal] = planAssociations([
    { abstractSyntax: privateClass, transferSyntaxes, roles: { scu: true, scp: true } },
    { abstractSyntax: verification, transferSyntaxes },
  ])
  if (!proposal) throw new Error('nothing to propose')
  const associate = async () =>
    requestAssociation(await network.connect(address), {
      callingAeTitle: 'SCU',
      calledAeTitle: 'SCP',
      ...proposal,
    })
  const association = await associate()
  let channel: DimseChannel | undefined
  return {
    scp,
    clock,
    log,
    association,
    get channel() {
      return (channel ??= new DimseChannel(association))
    },
    associate: async () => new DimseChannel(await associate()),
    pass: async (ms) => {
      await settled()
      clock.advance(ms)
      await settled()
    },
    [Symbol.asyncDispose]: async () => {
      await scp.close({ drainMs: 0 })
    },
  }
}
