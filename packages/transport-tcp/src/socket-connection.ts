import type { Socket } from 'node:net'
import type { Connection, NetworkAddress } from '@dcm/transport'

/** An unobserved 'error' event ends the process; whoever reads the stream sees the error all the same, and its close. */
const observed = (): void => undefined

/** To be called on each socket before anything can go wrong with it. */
export function observeErrors(socket: Socket): void {
  socket.on('error', observed)
}

/** A connected socket as a connection: the stream is the socket itself. */
export function socketConnection(socket: Socket): Connection {
  return {
    stream: socket,
    local: endpoint(socket.localAddress, socket.localPort),
    remote: endpoint(socket.remoteAddress, socket.remotePort),
    security: [],
  }
}

/** A dual-stack listener shows IPv4 peers as ::ffff:192.0.2.1; people write 192.0.2.1. */
function endpoint(address: string | undefined, port: number | undefined): NetworkAddress {
  return { host: (address ?? '').replace(/^::ffff:(?=\d+\.)/, ''), port: port ?? 0 }
}
