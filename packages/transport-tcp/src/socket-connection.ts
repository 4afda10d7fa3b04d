import type { Socket } from 'node:net'
import { type Connection, recycleReads } from '@dcm/transport'
import { endpoint } from './endpoint.ts'

/** A connected socket that was not read yet, as a connection: the stream is the socket itself. */
export function socketConnection(
  socket: Socket,
  local = endpoint(socket.localAddress, socket.localPort),
): Connection {
  const recycle = recycleReads(socket)
  return {
    stream: socket,
    local,
    remote: endpoint(socket.remoteAddress, socket.remotePort),
    security: [],
    ...(recycle && { recycle }),
  }
}
