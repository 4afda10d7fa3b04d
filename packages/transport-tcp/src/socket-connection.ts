import type { Socket } from 'node:net'
import type { Connection } from '@dcm/transport'
import { endpoint } from './endpoint.ts'

/** A connected socket as a connection: the stream is the socket itself. */
export function socketConnection(socket: Socket): Connection {
  return {
    stream: socket,
    local: endpoint(socket.localAddress, socket.localPort),
    remote: endpoint(socket.remoteAddress, socket.remotePort),
    security: [],
  }
}
