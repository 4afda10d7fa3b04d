import type { Duplex } from 'node:stream'
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { type Connection, observeErrors } from '@dcm/transport'
import type { Block, ReadMemory } from './read-memory.ts'

/** While no more than this comes at a time, it is read to a small buffer of the connection's own and copied, in bytes. */
const smallBytes = 2_048

/**
 * An accepted connection, not yet read, as one that reads into memory that is used again. Node has this for sockets that are
 * constructed (`onread`), but constructs those of a server itself. So the socket that the server made hands what it runs on, which
 * Node keeps in `_handle`, to another. Should a Node come that keeps it elsewhere, the connection stays as it is, and is only slower.
 */
export function recyclingConnection(connection: Connection, memory: ReadMemory): Connection {
  const accepted: Duplex & { _handle?: unknown } = connection.stream
  const handle = accepted._handle
  // Also when the connection was closed meanwhile.
  if (!handle) return connection
  accepted._handle = null
  accepted.destroy()
  const push = (chunk: Uint8Array): boolean => socket.push(chunk)
  const socket = new Socket({
    handle,
    pauseOnCreate: true,
    allowHalfOpen: accepted.allowHalfOpen,
    onread: readingInto(memory, push),
  } as SocketConstructorOpts)
  observeErrors(socket)
  return { ...connection, stream: socket, recycle: memory.recycle }
}

/** Small reads are copied, so that an idle connection holds no block; once one fills the small buffer, blocks are read into. */
function readingInto(memory: ReadMemory, push: (chunk: Uint8Array) => boolean): OnReadOpts {
  const small = Buffer.allocUnsafe(smallBytes)
  let block: Block | undefined
  const callback = (bytes: number): boolean => {
    if (!block) {
      if (bytes === smallBytes) block = memory.take()
      return push(Buffer.from(small.subarray(0, bytes)))
    }
    const goesOn = push(block.lend(bytes))
    const littleComes = bytes <= smallBytes && block.isReturned
    if (littleComes || block.room < smallBytes) {
      block.leave()
      block = littleComes ? undefined : memory.take()
    }
    return goesOn
  }
  return { buffer: () => block?.rest() ?? small, callback }
}
