import {
  acceptorPolicy,
  type Association,
  parseUid,
  proposeContexts,
  receiveAssociation,
  requestAssociation,
} from '@dcm/association'
import { type CommandSet, decodeCommandSet, DimseChannel, encodeCommandSet } from '@dcm/dimse'
import { memoryPair, RawPeer } from '@dcm/testkit'
import { type Clock, type Connection, systemClock } from '@dcm/transport'

export const verification = parseUid('1.2.840.10008.1.1')
export const ctImageStorage = parseUid('1.2.840.10008.5.1.4.1.1.2')
const implicitVrLittleEndian = parseUid('1.2.840.10008.1.2')

export interface ChannelPair {
  readonly requestor: DimseChannel
  readonly acceptor: DimseChannel
}

/** Sends whatever it is told. */
export function rawPeer(association: Association): RawPeer<CommandSet, Association> {
  return new RawPeer(association, { encode: encodeCommandSet, decode: decodeCommandSet })
}

/** Two associations back to back in memory: context 1 verification, context 3 CT images. */
export async function associations(
  options: {
    readonly window?: number
    readonly maximumLengthBytes?: number
    readonly clock?: Clock
    /** Of the acceptor's connection. */
    readonly recycle?: Connection['recycle']
  } = {},
): Promise<{ readonly requestor: Association; readonly acceptor: Association }> {
  const { window = 1, maximumLengthBytes = 16_384, clock = systemClock, recycle } = options
  const [one, other] = memoryPair()
  const negotiate = acceptorPolicy({
    abstractSyntaxes: [verification, ctImageStorage].map((abstractSyntax) => ({
      abstractSyntax,
      transferSyntaxes: [implicitVrLittleEndian],
    })),
    asynchronousOperationsWindow: { invoked: window, performed: 1 },
  })
  const accepting = receiveAssociation(recycle ? { ...other, recycle } : other, {
    maximumLengthBytes,
    clock,
  }).then((indication) => indication.accept(negotiate(indication.request)))
  const requestor = await requestAssociation(
    one,
    {
      callingAeTitle: 'SCU',
      calledAeTitle: 'SCP',
      presentationContexts: proposeContexts(
        [verification, ctImageStorage].map((abstractSyntax) => ({
          abstractSyntax,
          transferSyntaxes: [implicitVrLittleEndian],
        })),
      ),
      userInformation: {
        asynchronousOperationsWindow: {
          maximumNumberOperationsInvoked: window,
          maximumNumberOperationsPerformed: 1,
        },
      },
    },
    { maximumLengthBytes, clock },
  )
  return { requestor, acceptor: await accepting }
}

export async function channels(options: Parameters<typeof associations>[0] = {}): Promise<ChannelPair> {
  const { requestor, acceptor } = await associations(options)
  return { requestor: new DimseChannel(requestor), acceptor: new DimseChannel(acceptor) }
}

/** The accepted context for an abstract syntax. */
export function contextOf(channel: DimseChannel, abstractSyntax: string) {
  const context = [...channel.association.facts.contexts.values()].find(
    (each) => each.abstractSyntax === abstractSyntax,
  )
  if (!context) throw new Error(`${abstractSyntax} was not accepted`)
  return context
}
