import type { Duplex } from 'node:stream'

/**
 * All up to the peer's end. It leaves the other direction alone, which an async iteration of the stream would not. A rejection that
 * nobody waits for any more, as the case has failed already, is nobody's.
 */
export function readAll(stream: Duplex): Promise<Buffer> {
  const all = new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.once('end', () => {
      resolve(Buffer.concat(chunks))
    })
    stream.once('error', reject)
    stream.once('close', () => {
      reject(new Error('closed without an end'))
    })
    stream.resume()
  })
  all.catch(() => undefined)
  return all
}

/** The stream has closed, well or not. */
export function closed(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve()
    else stream.once('close', resolve)
  })
}

/** Bytes that no two places share by chance, so that what is lost, doubled or swapped shows. */
export function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) bytes[at] = (at * 31 + (at >>> 8) * 7 + (at >>> 16)) & 0xff
  return bytes
}

/** The next so many bytes, or what came before the stream ended or closed; then it is paused again. */
export async function readBytes(stream: Duplex, count: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let received = 0
  await new Promise<void>((resolve) => {
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      received += chunk.length
      if (received >= count) onOver()
    }
    const onOver = (): void => {
      stream.pause()
      stream.off('data', onData).off('end', onOver).off('close', onOver)
      resolve()
    }
    stream.on('data', onData).once('end', onOver).once('close', onOver)
    // A pause of ours, too.
    stream.resume()
  })
  return Buffer.concat(chunks)
}
