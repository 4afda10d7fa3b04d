import { acceptorPolicy, type AcceptorPolicy, receiveAssociation } from '@dcm/association'
import { DimseChannel, type Operation } from '@dcm/dimse'
import { FakeClock, memoryTransport } from '@dcm/testkit'
import type { Transport } from '@dcm/transport'
import { answer, openPolicy } from './served.ts'

/** How the archive answers one operation; what it does not answer is answered with success. */
type Behaviour = (operation: Operation, channel: DimseChannel) => Promise<void> | void

/** An acceptor in memory that takes any number of associations. */
export class Archive {
  readonly transport: Transport = memoryTransport()
  readonly to = { host: 'archive', port: 104 }
  readonly clock = new FakeClock()
  /** SOP Instance UIDs in the order in which their data sets were received. */
  readonly stored: string[] = []
  /** Abstract syntaxes proposed, per association. */
  readonly proposals: string[][] = []
  behaviour: Behaviour = () => undefined
  /** Refuses the next associations so often (rejected-transient, congestion). */
  busy = 0
  /** Refuses every association for good (calling AE title not recognized). */
  knowsNobody = false
  /** Reads the next request when the association before is over, as programs do that serve in one thread. */
  oneAtATime = false
  open = 0
  mostOpen = 0
  readonly #policy: AcceptorPolicy

  constructor(policy: AcceptorPolicy = openPolicy) {
    this.#policy = policy
  }

  /** Serves until the process forgets it: memory has no sockets to close. */
  async listen(): Promise<this> {
    const listener = await this.transport.listen(this.to)
    void (async () => {
      for (;;) {
        const served = this.#serve(await listener.accept()).catch(() => undefined)
        if (this.oneAtATime) await served
      }
    })()
    return this
  }

  get target() {
    const { to, transport, clock } = this
    return { to, transport, clock, callingAeTitle: 'SCU', calledAeTitle: 'ARCHIVE' }
  }

  async #serve(connection: Parameters<typeof receiveAssociation>[0]): Promise<void> {
    const indication = await receiveAssociation(connection, { clock: new FakeClock() })
    if (this.busy > 0) {
      this.busy--
      indication.reject({ result: 2, source: 3, reason: 1 })
      return
    }
    if (this.knowsNobody) {
      indication.reject({ result: 1, source: 1, reason: 3 })
      return
    }
    this.proposals.push(indication.request.presentationContexts.map(({ abstractSyntax }) => abstractSyntax))
    const association = await indication.accept(acceptorPolicy(this.#policy)(indication.request))
    this.mostOpen = Math.max(this.mostOpen, ++this.open)
    const channel = new DimseChannel(association)
    try {
      for await (const operation of channel) await this.#perform(operation, channel)
    } catch {
      // The dialogue says what was expected; the end of an association is none of it.
    }
    this.open--
  }

  async #perform(operation: Operation, channel: DimseChannel): Promise<void> {
    while (await operation.dataSet?.read());
    await this.behaviour(operation, channel)
    if (operation.completed || channel.association.over) return
    const { command } = operation
    if (command.type === 'C-STORE-RQ') this.stored.push(command.affectedSopInstanceUid)
    await answer(operation, { status: 0 })
  }
}
