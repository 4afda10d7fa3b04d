import {
  type Association,
  parseUid,
  proposeContexts,
  requestAssociation,
  type AssociationRequest,
} from '@dcm/association'
import { DimseChannel, type Response } from '@dcm/dimse'
import type { Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'

const verification = '1.2.840.10008.1.1'
const implicitVrLittleEndian = '1.2.840.10008.1.2'

/** A requestor that sends what it is told, byte for byte. */
export interface Requestor {
  readonly association: Association
  readonly channel: DimseChannel
  echo(): Promise<Response>
  store(abstractSyntax: string, sopInstanceUid: string, dataSet: readonly Uint8Array[]): Promise<Response>
  release(): Promise<void>
}

export async function requestor(
  port: number,
  wanted: readonly { readonly abstractSyntax: string; readonly transferSyntax: string }[] = [],
  { transport = tcp(), ...request }: Partial<AssociationRequest> & { readonly transport?: Transport } = {},
): Promise<Requestor> {
  const connection = await transport.connect({ host: '127.0.0.1', port })
  const association = await requestAssociation(connection, {
    callingAeTitle: 'TESTER',
    calledAeTitle: 'ARCHIVE',
    presentationContexts: proposeContexts(
      [{ abstractSyntax: verification, transferSyntax: implicitVrLittleEndian }, ...wanted].map(
        (context) => ({
          abstractSyntax: parseUid(context.abstractSyntax),
          transferSyntaxes: [parseUid(context.transferSyntax)],
        }),
      ),
    ),
    ...request,
  })
  const channel = new DimseChannel(association)
  const contextFor = (abstractSyntax: string, sopContext = 0) => {
    const contexts = [...association.facts.contexts.values()].filter(
      (context) => context.abstractSyntax === abstractSyntax,
    )
    const context = contexts[sopContext]
    if (!context) throw new Error(`${abstractSyntax} was not accepted`)
    return context
  }
  const only = async (invoking: ReturnType<DimseChannel['invoke']>): Promise<Response> => {
    const response = await (await invoking).next()
    if (!response) throw new Error('no response')
    return response.command
  }
  return {
    association,
    channel,
    echo: () =>
      only(
        channel.invoke(contextFor(verification), { type: 'C-ECHO-RQ', affectedSopClassUid: verification }),
      ),
    store: (abstractSyntax, sopInstanceUid, dataSet) =>
      only(
        channel.invoke(
          contextFor(abstractSyntax),
          {
            type: 'C-STORE-RQ',
            affectedSopClassUid: abstractSyntax,
            affectedSopInstanceUid: sopInstanceUid,
            priority: 'medium',
          },
          dataSet,
        ),
      ),
    release: () => channel.release(),
  }
}
