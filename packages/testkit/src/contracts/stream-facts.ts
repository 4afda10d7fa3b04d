import type { Duplex } from 'node:stream'

/** All up to the peer's end. It leaves the other direction alone, which an async iteration of the stream would not. */
export function readAll(stream: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
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
