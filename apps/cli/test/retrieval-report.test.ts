import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import type { CMoveRsp } from '@dcm/dimse'
import type { Retrieval } from '@dcm/scu'
import type { CliError } from '../src/cli-error.ts'
import { reportRetrieval } from '../src/queries/retrieval-report.ts'
import { Terminal } from '../src/terminal/terminal.ts'

/** What is said of a C-MOVE to us that ends so, when so many objects came. */
async function reported(last: Partial<CMoveRsp>, came: number) {
  const stream = () => new PassThrough() as unknown as NodeJS.WriteStream & PassThrough
  const [stdout, stderr] = [stream(), stream()]
  const { signal } = new AbortController()
  const options = { stdout, stderr, environment: {}, json: false, onClosed: () => undefined, signal }
  const terminal = new Terminal(options)
  const retrieval = {
    async *[Symbol.asyncIterator]() {
      // No pending responses.
    },
    final: () => Promise.resolve({ status: 0, failedSopInstanceUids: [], ...last }),
  }
  const outcome = await reportRetrieval(retrieval as unknown as Retrieval<CMoveRsp>, {
    peer: 'A@b:1',
    service: 'C-MOVE',
    terminal,
    signal,
    missingKeys: [],
    arrived: { count: () => came, otherwise: 'ask it' },
  }).then(
    (code) => ({ code }),
    (error: unknown) => {
      const { exitCode: code, message } = error as CliError
      return { code, message }
    },
  )
  return { ...outcome, stdout: String(stdout.read()) }
}

it('counts what came where the peer counts nothing', async () => {
  expect(await reported({}, 2)).toEqual({ code: 0, stdout: '✓ 2 objects retrieved\n' })
})

it('says that less came than the peer says it sent', async () => {
  const last = { numberOfCompletedSuboperations: 3, numberOfWarningSuboperations: 1 }
  expect(await reported(last, 4)).toEqual({
    code: 0,
    stdout: '✓ 4 objects retrieved, 1 with a warning\n',
  })
  expect(await reported(last, 1)).toEqual({
    code: 1,
    message: 'A@b:1 says that it sent 4 objects, and 1 came here; ask it.',
    stdout: '✗ 1 object retrieved, 1 with a warning\n',
  })
})

it('does not say that all is well when the peer says that it is not', async () => {
  const last = { status: 0xa702, numberOfCompletedSuboperations: 1 }
  expect(await reported(last, 1)).toMatchObject({ code: 1, stdout: '✗ 1 object retrieved\n' })
})

it('says that the peer has cancelled, which nobody asked for', async () => {
  expect(await reported({ status: 0xfe00 }, 0)).toEqual({
    code: 1,
    message: 'A@b:1 answered cancel FE00H: cancelled; correct the request, or ask who runs it.',
    stdout: 'null',
  })
  const last = { status: 0xfe00, numberOfCompletedSuboperations: 1 }
  expect(await reported(last, 1)).toMatchObject({ code: 1, stdout: '✗ 1 object retrieved\n' })
})
