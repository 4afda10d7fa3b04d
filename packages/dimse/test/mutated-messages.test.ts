import { type CommandSet, DimseChannel, responseTo } from '@dcm/dimse'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { associations, rawPeer, verification } from './associated-channels.ts'
import { commandVectors } from './command-vectors.ts'

const echo: CommandSet = {
  type: 'C-ECHO-RQ',
  affectedSopClassUid: verification,
  messageId: 999,
  hasDataSet: false,
}

/** Performs whatever comes, badly. */
async function perform(channel: DimseChannel): Promise<void> {
  for await (const operation of channel) {
    const { command } = operation
    if (command.type === 'unrecognized') operation.end()
    else await operation.respond(responseTo(command, { status: 0x0110 }))
  }
}

/** What becomes of an association on which these were sent, and then a C-ECHO. */
async function outcome(messages: readonly (readonly [isCommand: boolean, bytes: Uint8Array])[]) {
  const { requestor, acceptor } = await associations()
  const performing = perform(new DimseChannel(acceptor)).catch(() => undefined)
  const peer = rawPeer(requestor)
  try {
    for (const [isCommand, bytes] of messages) {
      if (isCommand) peer.command(1, bytes)
      else peer.dataSet(1, bytes)
    }
    peer.command(1, echo)
    for (;;) {
      const answer = await peer.next()
      if ('messageIdBeingRespondedTo' in answer && answer.messageIdBeingRespondedTo === 999) return 'served'
    }
  } catch (error) {
    return (error as { code?: unknown }).code
  } finally {
    requestor.abort()
    await performing
  }
}

const mutated = fc
  .record({
    vector: fc.constantFrom(...commandVectors),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }),
    cut: fc.option(fc.nat(), { freq: 8 }),
  })
  .map(({ vector, changes, cut }): readonly [boolean, Uint8Array] => {
    const bytes = vector.bytes.slice()
    for (const [position, value] of changes) bytes[position % bytes.length] = value
    return [true, cut === null ? bytes : bytes.subarray(0, cut % bytes.length)]
  })
const dataSet = fc
  .uint8Array({ maxLength: 64 })
  .map((bytes): readonly [boolean, Uint8Array] => [false, bytes])

test('whatever comes, the next operation is served or the association is aborted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: dataSet }), {
        minLength: 1,
        maxLength: 4,
      }),
      async (messages) => {
        expect(await outcome(messages)).toMatch(/^(served|DCM_ABORTED_BY_PEER)$/)
      },
    ),
    { numRuns: 300 },
  )
})
