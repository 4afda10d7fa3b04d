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
 * @param partBytes what each read gives, but the last, where Node cuts what has come into parts: they are handed on as one
 * @returns what is `Connection.recycle` then; undefined for streams that are no sockets, for closed ones, and in such a Node
 */
export function recycleReads(stream: Duplex, partBytes?: number): Connection['recycle'] {
  if (!places || !(stream instanceof Socket)) return undefined
  const { _handle: handle } = stream as Socket & { readonly _handle?: Handle | null }
  if (!handle?.useUserBuffer) return undefined
  const { buffer, callback } = readingInto(memory, stream, partBytes)
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
export interface Reading {
  readonly buffer: () => Uint8Array
  readonly callback: (bytes: number) => boolean
}

/**
 * Small reads are copied, so that an idle connection holds no block; once one fills the small buffer, blocks are read into. Parts are
 * gathered in the block, until something else is read or the turn of the event loop is over: to hand one on costs as much as 16 KiB do.
 */
export function readingInto(
  memory: ReadMemory,
  stream: Pick<Duplex, 'push' | 'readableLength' | 'readableHighWaterMark'>,
  partBytes?: number,
): Reading {
  const small = Buffer.allocUnsafe(smallBytes)
  let block: Block | undefined
  let gatheredBytes = 0
  const pushGathered = (): boolean => {
    if (!block || gatheredBytes === 0) return true
    const gathered = block.last(gatheredBytes)
    gatheredBytes = 0
    return stream.push(gathered)
  }
  if (partBytes !== undefined) {
    const push = stream.push.bind(stream)
    // Node's own: the end, which comes behind what was read before it.
    stream.push = (chunk: unknown) => {
      pushGathered()
      return push(chunk)
    }
  }
  const callback = (bytes: number): boolean => {
    if (!block) {
      if (bytes === smallBytes) block = memory.take()
      return stream.push(Buffer.from(small.subarray(0, bytes)))
    }
    block.lend(bytes)
    if (gatheredBytes === 0 && bytes === partBytes) setImmediate(pushGathered)
    gatheredBytes += bytes
    const isFull = block.room < smallBytes
    if (bytes === partBytes && !isFull) return stream.readableLength < stream.readableHighWaterMark
    const goesOn = pushGathered()
    const littleComes = bytes <= smallBytes && block.isReturned
    if (littleComes || isFull) {
      block.leave()
      block = littleComes ? undefined : memory.take()
    }
    return goesOn
  }
  return { buffer: () => block?.rest() ?? small, callback }
}
