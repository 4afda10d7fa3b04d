import type { AssociationFacts } from '@dcm/association'
import { decodeCommandSet } from '@dcm/dimse'
import { associate, type AssociateOptions, type ScuAssociation } from '@dcm/scu'
import { FakeClock, memoryTransport, ScriptedPeer } from '@dcm/testkit'
import { dataSet } from './data-set.ts'
import { verification } from './served.ts'

export interface Scripted {
  readonly scu: ScuAssociation
  readonly clock: FakeClock
  readonly peer: ScriptedPeer
}

/** An association whose acceptor takes every context, adds this to its answer, and then says what no honest stack would. */
export async function scripted(
  options: Partial<AssociateOptions> = {},
  answered: Partial<AssociationFacts['answer']['userInformation']> = {},
): Promise<Scripted> {
  const clock = new FakeClock()
  const transport = memoryTransport()
  const to = { host: 'archive', port: 104 }
  await using listener = await transport.listen(to)
  const accepted = listener.accept().then(async (connection) => {
    const peer = new ScriptedPeer(connection)
    const request = await peer.expect('A-ASSOCIATE-RQ')
    peer.send({
      ...request,
      type: 'A-ASSOCIATE-AC',
      userInformation: { ...request.userInformation, ...answered },
      presentationContexts: request.presentationContexts.flatMap(
        ({ presentationContextId, transferSyntaxes: [transferSyntax] }) =>
          transferSyntax === undefined ? [] : [{ presentationContextId, result: 0, transferSyntax }],
      ),
    })
    return peer
  })
  const [scu, peer] = await Promise.all([
    associate({
      to,
      transport,
      clock,
      callingAeTitle: 'SCU',
      calledAeTitle: 'SCP',
      contexts: [{ abstractSyntax: verification }],
      ...options,
    }),
    accepted,
  ])
  return { scu, clock, peer }
}

/** A command as somebody wrote it, whatever it says: US values by number, the rest as text. */
export function sendCommand(
  peer: ScriptedPeer,
  elements: Readonly<Record<number, number | string>>,
  presentationContextId = 1,
): void {
  const values = Object.entries(elements).map(([tag, value]) => [Number(tag), textOf(value)] as const)
  const data = [dataSet(Object.fromEntries(values))]
  peer.send([{ presentationContextId, isCommand: true, isLast: true, data }])
}

export function sendDataSet(peer: ScriptedPeer, bytes: Uint8Array, presentationContextId = 1): void {
  peer.send([{ presentationContextId, isCommand: false, isLast: true, data: [bytes] }])
}

/** The next command that came. */
export async function expectCommand(peer: ScriptedPeer) {
  const pdv = await peer.expect('PDV')
  if (!pdv.isCommand) throw new Error('a data set came')
  return decodeCommandSet(pdv.data)
}

/** The two bytes of a US value, as characters. */
function textOf(value: number | string): string {
  return typeof value === 'string' ? value : String.fromCharCode(value & 0xff, value >>> 8)
}
