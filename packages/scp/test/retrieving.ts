import { type Association, parseUid, planAssociations, requestAssociation, type Uid } from '@dcm/association'
import {
  type CommandOf,
  DimseChannel,
  type Operation,
  type Outcome,
  type Response,
  responseTo,
  statuses,
} from '@dcm/dimse'
import {
  createScp,
  get,
  type GetOptions,
  move,
  type MoveOptions,
  type RetrievableInstance,
  type Scp,
  type ScpOptions,
  type Service,
} from '@dcm/scp'
import { memoryTransport } from '@dcm/testkit'
import type { Transport } from '@dcm/transport'

export const ctImageStorage = parseUid('1.2.840.10008.5.1.4.1.1.2')
export const mrImageStorage = parseUid('1.2.840.10008.5.1.4.1.1.4')
export const implicitVrLittleEndian = parseUid('1.2.840.10008.1.2')
export const explicitVrLittleEndian = parseUid('1.2.840.10008.1.2.1')
export const studyRootGet = parseUid('1.2.840.10008.5.1.4.1.2.2.3')
export const studyRootMove = parseUid('1.2.840.10008.5.1.4.1.2.2.2')

/** Instances 2.25.1, 2.25.2, … whose data sets say which they are. */
export function instances(count: number, but: Partial<RetrievableInstance> = {}): RetrievableInstance[] {
  return Array.from({ length: count }, (_, index) => ({
    sopClassUid: ctImageStorage,
    sopInstanceUid: `2.25.${String(index + 1)}`,
    transferSyntaxUid: explicitVrLittleEndian,
    open: () => [Buffer.from(`data set ${String(index + 1).padStart(3)}`)],
    ...but,
  }))
}

/** A storage SOP class, of which the requestor is the SCP unless it says otherwise. */
interface Stored {
  readonly sopClass: Uid
  readonly transferSyntax?: Uid
  readonly asScu?: boolean
}

/** An SCP with these services on a network in memory. */
export interface Retrieving extends AsyncDisposable {
  readonly scp: Scp
  readonly log: string[]
  /** An association for retrieving. */
  associate(stored?: readonly Stored[], performed?: number): Promise<DimseChannel>
  /** The same, with nothing that reads it yet. */
  open(stored?: readonly Stored[], performed?: number): Promise<Association>
}

export async function retrieving(
  services: readonly Service[],
  options: Partial<ScpOptions> = {},
  network: Transport = memoryTransport(),
): Promise<Retrieving> {
  const log: string[] = []
  const say = (level: string) => (_: object, message: string) => log.push(`${level}: ${message}`)
  const scp = createScp({
    aeTitle: 'ARCHIVE',
    transport: network,
    services,
    logger: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    ...options,
  })
  const address = await scp.listen({ host: 'archive', port: 104 })
  const associated: Retrieving['open'] = async (stored = [], performed = 1) => {
    const [proposal] = planAssociations([
      { abstractSyntax: studyRootGet, transferSyntaxes: [implicitVrLittleEndian] },
      { abstractSyntax: studyRootMove, transferSyntaxes: [implicitVrLittleEndian] },
      ...stored.map(({ sopClass, transferSyntax = explicitVrLittleEndian, asScu = false }) => ({
        abstractSyntax: sopClass,
        transferSyntaxes: [transferSyntax],
        ...(!asScu && { roles: { scu: false, scp: true } }),
      })),
    ])
    if (!proposal) throw new Error('nothing to propose')
    return requestAssociation(await network.connect(address), {
      callingAeTitle: 'WORKSTATION',
      calledAeTitle: 'ARCHIVE',
      presentationContexts: proposal.presentationContexts,
      userInformation: {
        ...proposal.userInformation,
        ...(performed !== 1 && {
          asynchronousOperationsWindow: {
            maximumNumberOperationsInvoked: 1,
            maximumNumberOperationsPerformed: performed,
          },
        }),
      },
    })
  }
  return {
    scp,
    log,
    open: associated,
    associate: async (...line) => new DimseChannel(await associated(...line)),
    [Symbol.asyncDispose]: async () => {
      await scp.close({ drainMs: 0 })
    },
  }
}

export function getService(
  yielded: GetOptions<Uint8Array>['instances'],
  options: Partial<GetOptions<Uint8Array>> = {},
): Service {
  return get({
    sopClasses: ['StudyRootQueryRetrieveInformationModelGet'],
    instances: yielded,
    pendingIntervalMs: 0,
    ...options,
  })
}

export function moveService(
  yielded: MoveOptions<Uint8Array>['instances'],
  destination: MoveOptions<Uint8Array>['destination'],
  options: Partial<MoveOptions<Uint8Array>> = {},
): Service {
  return move({
    sopClasses: ['StudyRootQueryRetrieveInformationModelMove'],
    instances: yielded,
    destination,
    pendingIntervalMs: 0,
    ...options,
  })
}

export interface Retrieved {
  /** All responses but the last. */
  readonly pending: readonly RetrieveResponse[]
  readonly last: RetrieveResponse | undefined
  /** The identifier of the last one. */
  readonly identifier: Uint8Array | undefined
}

type RetrieveResponse = CommandOf<'C-GET-RSP'> | CommandOf<'C-MOVE-RSP'>

/** Asks, and takes all responses. `begun` is told how the operation can be cancelled. */
export async function retrieved(
  channel: DimseChannel,
  request: 'get' | { readonly to: string },
  begun: (cancel: () => Promise<void>) => void = () => undefined,
): Promise<Retrieved> {
  const sopClass = request === 'get' ? studyRootGet : studyRootMove
  const context = [...channel.association.facts.contexts.values()].find(
    ({ abstractSyntax }) => abstractSyntax === sopClass,
  )
  if (!context) throw new Error(`${sopClass} was not accepted`)
  const fields = { affectedSopClassUid: sopClass, priority: 'high' } as const
  const invocation = await channel.invoke(
    context,
    request === 'get'
      ? { type: 'C-GET-RQ', ...fields }
      : { type: 'C-MOVE-RQ', ...fields, moveDestination: request.to },
    [Buffer.from('which')],
  )
  begun(() => invocation.cancel())
  const responses: RetrieveResponse[] = []
  const chunks: Uint8Array[] = []
  for await (const { command, dataSet } of invocation) {
    responses.push(retrieveResponse(command))
    for await (const chunk of dataSet ?? []) chunks.push(chunk)
  }
  const last = responses.pop()
  return { pending: responses, last, identifier: last?.hasDataSet ? Buffer.concat(chunks) : undefined }
}

function retrieveResponse(response: Response): RetrieveResponse {
  if (response.type === 'C-GET-RSP' || response.type === 'C-MOVE-RSP') return response
  throw new Error(`a ${response.type}`)
}

/** Every response says the same total. */
export function totals({ pending, last }: Retrieved): Set<number> {
  return new Set(
    [...pending, ...(last ? [last] : [])].map(
      (response) =>
        (response.numberOfRemainingSuboperations ?? 0) +
        (response.numberOfCompletedSuboperations ?? 0) +
        (response.numberOfFailedSuboperations ?? 0) +
        (response.numberOfWarningSuboperations ?? 0),
    ),
  )
}

/** What was stored: the request, and the text of its data set. */
export interface StoredInstance {
  readonly request: CommandOf<'C-STORE-RQ'>
  readonly text: string
}

/** Answers C-STOREs on a channel with these statuses, in turn, then with success. */
export async function answerStores(
  channel: DimseChannel,
  stored: StoredInstance[],
  answer: (operation: Operation, index: number) => number | undefined | Promise<number | undefined> = () => 0,
): Promise<void> {
  try {
    for await (const operation of channel) await answerStore(operation, stored, answer)
  } catch {
    // The association's end is told by what is asked on it.
  }
}

export async function answerStore(
  operation: Operation,
  stored: StoredInstance[],
  answer: (operation: Operation, index: number) => number | undefined | Promise<number | undefined> = () => 0,
): Promise<void> {
  const { command: request, dataSet } = operation
  if (request.type !== 'C-STORE-RQ') throw new Error(`a ${request.type}`)
  const chunks: Uint8Array[] = []
  for await (const chunk of dataSet ?? []) chunks.push(chunk)
  const status = await answer(operation, stored.length)
  stored.push({ request, text: Buffer.concat(chunks).toString() })
  // A peer may answer with any.
  const outcome = { status: status ?? statuses.Success } as Outcome<CommandOf<'C-STORE-RQ'>>
  await operation.respond(responseTo(request, outcome))
}
