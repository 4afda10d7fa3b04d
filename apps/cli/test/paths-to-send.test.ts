import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { pathsToSend } from '../src/sending/paths-to-send.ts'

/** The paths, and what ended them. */
async function listed(list: Readable, signal: AbortSignal) {
  const paths: string[] = []
  try {
    for await (const path of pathsToSend(['a', '-', 'z'], () => list, signal)) paths.push(path)
    return { paths }
  } catch (error) {
    return { paths, error }
  }
}

it('takes a path a line, where - stands', async () => {
  const list = Readable.from([Buffer.from('b\r\n\nc with sp'), Buffer.from('aces\nd')])
  const { signal } = new AbortController()
  expect(await listed(list, signal)).toEqual({ paths: ['a', 'b', 'c with spaces', 'd', 'z'] })
})

it('believes no end of a list that Ctrl-C has brought about, nor its last line, though it hears of the end first', async () => {
  const stop = new AbortController()
  const reason = new Error('Ctrl-C')
  const list = Readable.from([Buffer.from('b\ncut in the mid')])
  // The end is read in one turn of the event loop, the signal in the next.
  list.on('end', () => {
    setImmediate(() => {
      stop.abort(reason)
    })
  })
  expect(await listed(list, stop.signal)).toEqual({ paths: ['a', 'b'], error: reason })
})
