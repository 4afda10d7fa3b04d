import type { Duplex } from 'node:stream'

/** Everything up to the peer's end, as text. It leaves the stream's own side open, which Node 22's `stream/consumers` does not. */
export function readAll(stream: Duplex): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.once('end', () => {
      resolve(Buffer.concat(chunks).toString('latin1'))
    })
    stream.once('error', reject)
    // a socket taken unread from its listener is paused
    stream.resume()
  })
}
