import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { statuses } from '@dcm/dimse'
import {
  type AssociationEndedMessage,
  createScp,
  type Logger,
  type Peer,
  type ReceivedInstance,
  StatusError,
  storage,
  verification,
} from '@dcm/scp'
import type { AskedFor } from '@dcm/scu'
import { type FileStore, fileStore, type IncomingObject } from '@dcm/storage'
import type { NetworkAddress, Transport } from '@dcm/transport'
import { compileEarly } from './compile-early.ts'

/** An object that has been kept. */
export interface KeptObject {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
  readonly callingAeTitle: string
  /** Of its data set. */
  readonly bytes: number
  /** The file. */
  readonly location: string
}

export interface ReceiverOptions {
  readonly aeTitle: string
  readonly transport: Transport
  readonly at: NetworkAddress
  readonly directory: string
  readonly durability: 'fsync' | 'os'
  readonly checkCalledAeTitle?: boolean
  /** Default: whatever comes is kept. */
  readonly askedFor?: AskedFor
  readonly onKept: (object: KeptObject, peer: Peer) => void | Promise<void>
  readonly onAssociationEnded: (association: AssociationEndedMessage) => void
  readonly logger: Logger
}

/** An SCP that keeps what it is sent. */
export interface Receiver {
  readonly address: NetworkAddress
  /** Lets what runs finish, for a bounded time. */
  close(): Promise<void>
}

const associationEnded = 'dcm:scp:association-ended'

/** Listens, answers C-ECHO, and keeps the objects it is sent, of private SOP classes too. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { directory, durability, aeTitle, transport, at, onKept, logger, askedFor } = options
  compileEarly()
  const store = await fileStore({ directory, durability })
  const target = {
    put: async (instance: ReceivedInstance) => {
      const asked = askedFor ? await askedFor.filter(instance) : instance
      if (!asked) {
        throw new StatusError(statuses.NotAuthorized, { errorComment: 'the instance was not asked for' })
      }
      await onKept(await keep(store, asked), instance.peer)
    },
  }
  const scp = createScp({
    aeTitle,
    transport,
    services: [verification(), storage({ store: target, acceptUnknownSopClasses: true })],
    checkCalledAeTitle: options.checkCalledAeTitle ?? false,
    logger,
  })
  const ended = (message: unknown): void => {
    const association = message as AssociationEndedMessage
    if (association.scp === scp) options.onAssociationEnded(association)
  }
  subscribe(associationEnded, ended)
  const close = async (): Promise<void> => {
    await scp.close({ drainMs: 30_000 })
    unsubscribe(associationEnded, ended)
    await store.close()
  }
  try {
    return { address: await scp.listen(at), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Puts an object into the store. */
async function keep(
  store: FileStore,
  instance: Omit<ReceivedInstance, 'peer' | 'dataSet'> & Pick<IncomingObject, 'dataSet'>,
): Promise<KeptObject> {
  const { location, dataSetBytes } = await store.put(instance)
  const { sopClassUid, sopInstanceUid, transferSyntaxUid, callingAeTitle } = instance
  return { sopClassUid, sopInstanceUid, transferSyntaxUid, callingAeTitle, bytes: dataSetBytes, location }
}
