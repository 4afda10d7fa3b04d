// Every step between a connection request and a DIMSE response, one by one, with the low-level API. `createScp` is made of the same.
import { acceptorPolicy, receiveAssociation } from '@dcm/association'
import { DimseChannel, responseTo, statuses } from '@dcm/dimse'
import type { Connection, Listener, NetworkAddress, SecurityProvider } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'

const negotiate = acceptorPolicy({
  abstractSyntaxes: [{ abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }],
})

export async function stepByStepScp(at: NetworkAddress, security?: SecurityProvider): Promise<Listener> {
  // 1  Connection requests queue up unread, eight at most; the ninth is refused.
  const listener = await tcp().listen(at, { maxPendingConnections: 8 })
  void acceptAll(listener, security)
  return listener
}

async function acceptAll(listener: Listener, security?: SecurityProvider): Promise<void> {
  for (;;) {
    // 2  Accept the oldest. It rejects once the listener is closed.
    const pending = await listener.accept().catch(() => undefined)
    if (pending === undefined) return
    // Whatever a peer does, only its own connection ends.
    serve(pending, security).catch((error: unknown) => {
      console.error((error as Error).message)
    })
  }
}

async function serve(pending: Connection, security?: SecurityProvider): Promise<void> {
  // 3  Any number of security layers: each takes a connection and gives one back, or destroys it.
  const signal = AbortSignal.timeout(10_000)
  const connection = (await security?.upgrade(pending, 'acceptor', { signal })) ?? pending

  // 4  The A-ASSOCIATE-RQ, under the ARTIM timer.
  const indication = await receiveAssociation(connection)

  // 5  Reject it (here: called AE title not recognized) …
  if (indication.calledAeTitle !== 'STEPS') {
    indication.reject({ result: 1, source: 1, reason: 7 })
    return
  }
  //    … or accept it, with the answer to each presentation context.
  const association = await indication.accept(negotiate(indication.request))

  // 6  DIMSE, until the release. What is not answered here is no operation of the accepted SOP class.
  for await (const operation of new DimseChannel(association)) {
    const { command } = operation
    if (command.type === 'C-ECHO-RQ')
      await operation.respond(responseTo(command, { status: statuses.Success }))
    else association.abort()
  }
}
