import type { Socket } from 'node:net'
import { type Connection, recycleReads } from '@dcm/transport'
import { endpoint } from './endpoint.ts'

/** A connected socket that was not read yet, as a connection: the stream is the socket itself. */
export function socketConnection(socket: Socket): Connection {
  const recycle = recycleReads(socket)
  return {
    stream: socket,
    local: endpoint(socket.localAddress, socket.localPort),
    remote: endpoint(socket.remoteAddress, socket.remotePort),
    security: [],
    ...(recycle && { recycle }),
  }
}
