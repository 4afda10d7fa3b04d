import type { Connection } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'

/** Both ends of one connection. */
export interface Pair {
  readonly requestor: Connection
  readonly acceptor: Connection
}

export async function loopbackPair(): Promise<Pair> {
  const transport = tcp()
  await using listener = await transport.listen({ host: '127.0.0.1', port: 0 })
  const [requestor, acceptor] = await Promise.all([transport.connect(listener.address), listener.accept()])
  return { requestor, acceptor }
}

/** A pair with a wire between that can be cut open: what the requestor sends passes through `tamper`. */
export async function tappedPair(tamper: (chunk: Buffer) => Buffer): Promise<Pair> {
  const [left, right] = await Promise.all([loopbackPair(), loopbackPair()])
  const [from, to] = [left.acceptor.stream, right.requestor.stream]
  from.on('data', (chunk: Buffer) => to.write(tamper(chunk)))
  from
    .on('end', () => to.end())
    .on('close', () => to.destroy())
    .resume()
  to.on('data', (chunk: Buffer) => from.write(chunk))
  to.on('end', () => from.end())
    .on('close', () => from.destroy())
    .resume()
  return { requestor: left.requestor, acceptor: right.acceptor }
}
