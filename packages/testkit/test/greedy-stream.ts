import { Duplex } from 'node:stream'

/** Takes all that comes from below and all that is written, however much, and makes nobody wait. */
export function greedyStream(lower: Duplex): Duplex {
  const greedy = new Duplex({
    writableHighWaterMark: Number.MAX_SAFE_INTEGER,
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      lower.write(chunk)
      done()
    },
    final: (done) => {
      lower.end(done)
    },
    destroy: (error, done) => {
      lower.destroy()
      done(error)
    },
  })
  lower.on('data', (chunk) => greedy.push(chunk))
  lower.on('end', () => greedy.push(null))
  lower.on('close', () => greedy.destroy())
  greedy.on('error', () => undefined)
  return greedy
}
