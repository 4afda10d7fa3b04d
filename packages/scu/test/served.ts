import { acceptorPolicy, type AcceptorPolicy, type Association, receiveAssociation } from '@dcm/association'
import {
  DimseChannel,
  type Operation,
  type Outcome,
  type OutgoingDataSet,
  type Request,
  type Response,
  responseTo,
  storageSopClasses,
  transferSyntaxUids,
} from '@dcm/dimse'
import { associate, type AssociateOptions, queryModels, type ScuAssociation } from '@dcm/scu'
import { FakeClock, memoryTransport } from '@dcm/testkit'

export const verification = '1.2.840.10008.1.1'
export const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2'
export const implicit = '1.2.840.10008.1.2'
export const explicit = '1.2.840.10008.1.2.1'

const studyRoot: readonly string[] = Object.values(queryModels.studyRoot)

/** All that the tests ask for, in the uncompressed transfer syntaxes. */
export const openPolicy: AcceptorPolicy = {
  abstractSyntaxes: [verification, ...studyRoot, ...storageSopClasses].map((abstractSyntax) => ({
    abstractSyntax,
    transferSyntaxes: transferSyntaxUids,
    requestorRoles: { scu: true, scp: true },
  })),
  otherAbstractSyntax: () => ({
    transferSyntaxes: transferSyntaxUids,
    requestorRoles: { scu: true, scp: true },
  }),
  asynchronousOperationsWindow: { invoked: 0, performed: 0 },
}

export interface Served {
  readonly scu: ScuAssociation
  readonly clock: FakeClock
  /** The acceptor's side, on a clock that stands. */
  readonly peer: DimseChannel
  readonly peerAssociation: Association
}

/** An association in memory whose acceptor is an honest stack of the layers below, to be told what to answer. */
export async function served(
  options: Partial<AssociateOptions> = {},
  policy: AcceptorPolicy = openPolicy,
): Promise<Served> {
  const both = await associated(options, policy)
  return { ...both, peer: new DimseChannel(both.peerAssociation) }
}

/** The same, with nothing that reads at the acceptor yet. */
export async function associated(
  options: Partial<AssociateOptions> = {},
  policy: AcceptorPolicy = openPolicy,
): Promise<Omit<Served, 'peer'>> {
  const clock = new FakeClock()
  const transport = memoryTransport()
  const to = { host: 'archive', port: 104 }
  await using listener = await transport.listen(to)
  const accepted = listener.accept().then(async (connection) => {
    const indication = await receiveAssociation(connection, { clock: new FakeClock() })
    return indication.accept(acceptorPolicy(policy)(indication.request))
  })
  const [scu, peerAssociation] = await Promise.all([
    associate({
      to,
      transport,
      clock,
      callingAeTitle: 'SCU',
      calledAeTitle: 'SCP',
      contexts: [
        { abstractSyntax: verification },
        ...studyRoot.map((abstractSyntax) => ({ abstractSyntax })),
      ],
      ...options,
    }),
    accepted,
  ])
  return { scu, clock, peerAssociation }
}

/** The peer's next operation. */
export async function nextOperation(peer: DimseChannel): Promise<Operation> {
  const operation = await peer.next()
  if (!operation) throw new Error('the association was released')
  return operation
}

/** Answers whatever it is. */
export async function answer(
  operation: Operation,
  outcome: { readonly status: number } & Partial<Omit<Response, 'type' | 'status'>>,
  dataSet?: OutgoingDataSet,
): Promise<void> {
  const { command } = operation
  if (command.type === 'unrecognized') throw new Error('a command of no service')
  // A peer may answer with any.
  const any = { ...outcome, hasDataSet: dataSet !== undefined } as Outcome<Request>
  const response = responseTo<Request>(command, any)
  await operation.respond(response, dataSet)
}
