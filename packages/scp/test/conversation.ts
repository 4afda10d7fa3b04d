import {
  type AcceptedPresentationContext,
  type Association,
  parseUid,
  proposeContexts,
  proposeRoles,
  requestAssociation,
} from '@dcm/association'
import {
  type CommandSet,
  decodeCommandSet,
  type DimseChannel,
  encodeCommandSet,
  type OutgoingDataSet,
  type RequestToSend,
  type Response,
  sopClassOf,
  type UidKeyword,
  uidOf,
} from '@dcm/dimse'
import { createScp, type Scp, type ScpOptions } from '@dcm/scp'
import { RawPeer } from '@dcm/testkit'
import { tcp } from '@dcm/transport-tcp'

const transferSyntaxes = [parseUid('1.2.840.10008.1.2')]

/** An SCP on a port of its own, and associations to it. */
export interface Conversation extends AsyncDisposable {
  readonly scp: Scp
  readonly port: number
  /** `level: message` of all that was logged, and the fields that came with it. */
  readonly log: string[]
  readonly logged: object[]
  associate(wanted: readonly Wanted[], window?: number): Promise<Association>
}

/** A SOP class, to be used as its SCU or in these roles. */
type Wanted =
  | UidKeyword
  | { readonly sopClass: UidKeyword; readonly roles: { readonly scu: boolean; readonly scp: boolean } }

export async function conversation(
  options: Omit<ScpOptions, 'aeTitle' | 'transport'>,
): Promise<Conversation> {
  const log: string[] = []
  const logged: object[] = []
  const say = (level: string) => (fields: object, message: string) => {
    log.push(`${level}: ${message}`)
    logged.push(fields)
  }
  const scp = createScp({
    aeTitle: 'SCP',
    transport: tcp(),
    logger: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    ...options,
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  return {
    scp,
    port: 'port' in address ? address.port : 0,
    log,
    logged,
    associate: async (wanted, window) => {
      const contexts = wanted.map((each) =>
        typeof each === 'string'
          ? { abstractSyntax: uidOf(each), transferSyntaxes }
          : { abstractSyntax: uidOf(each.sopClass), transferSyntaxes, roles: each.roles },
      )
      return requestAssociation(await tcp().connect(address), {
        callingAeTitle: 'SCU',
        calledAeTitle: 'SCP',
        presentationContexts: proposeContexts(contexts),
        userInformation: {
          roleSelections: proposeRoles(contexts),
          ...(window !== undefined && {
            asynchronousOperationsWindow: {
              maximumNumberOperationsInvoked: window,
              maximumNumberOperationsPerformed: 1,
            },
          }),
        },
      })
    },
    [Symbol.asyncDispose]: async () => {
      await scp.close({ drainMs: 0 })
    },
  }
}

/** Sends whatever it is told. */
export function rawPeer(association: Association): RawPeer<CommandSet, Association> {
  return new RawPeer(association, { encode: encodeCommandSet, decode: decodeCommandSet })
}

/** The accepted context for an abstract syntax. */
export function contextFor(channel: DimseChannel, abstractSyntax: string): AcceptedPresentationContext {
  const { contexts } = channel.association.facts
  const context = [...contexts.values()].find((each) => each.abstractSyntax === abstractSyntax)
  if (!context) throw new Error(`${abstractSyntax} was not accepted`)
  return context
}

/** Invokes an operation and takes all its responses, with the text of their data sets. */
export async function ask(
  channel: DimseChannel,
  request: RequestToSend,
  { on = sopClassOf(request), dataSet }: AskOptions = {},
): Promise<(Response & { readonly text?: string })[]> {
  const invocation = await channel.invoke(contextFor(channel, on), request, dataSet)
  const responses: (Response & { readonly text?: string })[] = []
  for await (const { command, dataSet: came } of invocation) {
    const chunks: Uint8Array[] = []
    for await (const chunk of came ?? []) chunks.push(chunk)
    responses.push(came ? { ...command, text: Buffer.concat(chunks).toString() } : command)
  }
  return responses
}

export interface AskOptions {
  /** The abstract syntax of the context to use; the request's SOP class when absent. */
  readonly on?: string
  readonly dataSet?: OutgoingDataSet
}
