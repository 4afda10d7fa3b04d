import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Connection } from './connection.ts'
import { type Block, ReadMemory } from './read-memory.ts'

/** While no more than this comes at a time, it is read to a small buffer of the connection's own and copied, in bytes. */
const smallBytes = 2_048

const memory = new ReadMemory()
const places = placesOfOnread()

/**
 * Lets a socket that nobody has read yet, of TCP, of TLS, or local, read into memory that is used again. Node has this for sockets
 * that one constructs and connects (`onread`), but not for those of a server or for TLS on another stream. So it is put where that
 * constructor puts it, which is no public API. Should a Node come that keeps it elsewhere, the socket stays as it is, and is only slower.
 *
 * @returns what is `Connection.recycle` then; undefined for streams that are no sockets, for closed ones, and in such a Node
 */
export function recycleReads(stream: Duplex): Connection['recycle'] {
  if (!places || !(stream instanceof Socket)) return undefined
  const { _handle: handle } = stream as Socket & { readonly _handle?: Handle | null }
  if (!handle?.useUserBuffer) return undefined
  const { buffer, callback } = readingInto(stream)
  const first = buffer()
  Object.assign(stream, { [places.now]: first, [places.next]: buffer, [places.callback]: callback })
  handle.useUserBuffer(first)
  return memory.recycle
}

/** What Node runs a socket on. */
interface Handle {
  readonly useUserBuffer?: (buffer: Uint8Array) => void
}

/** Under which names a socket keeps the parts of its `onread`. */
function placesOfOnread(): Record<'now' | 'next' | 'callback', symbol> | undefined {
  const socket = new Socket()
  const named = (name: string) =>
    Object.getOwnPropertySymbols(socket).find(({ description }) => description === name)
  const [now, next, callback] = [named('kBuffer'), named('kBufferGen'), named('kBufferCb')]
  return now && next && callback && { now, next, callback }
}

/** An `onread`: where to read to next, and what was read. */
interface Reading {
  readonly buffer: () => Uint8Array
  readonly callback: (bytes: number) => boolean
}

/** Small reads are copied, so that an idle connection holds no block; once one fills the small buffer, blocks are read into. */
function readingInto(stream: Duplex): Reading {
  const small = Buffer.allocUnsafe(smallBytes)
  let block: Block | undefined
  const callback = (bytes: number): boolean => {
    if (!block) {
      if (bytes === smallBytes) block = memory.take()
      return stream.push(Buffer.from(small.subarray(0, bytes)))
    }
    const goesOn = stream.push(block.lend(bytes))
    const littleComes = bytes <= smallBytes && block.isReturned
    if (littleComes || block.room < smallBytes) {
      block.leave()
      block = littleComes ? undefined : memory.take()
    }
    return goesOn
  }
  return { buffer: () => block?.rest() ?? small, callback }
}
