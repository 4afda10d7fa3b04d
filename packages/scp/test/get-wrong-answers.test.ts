import { type CommandSet, encodeCommandSet } from '@dcm/dimse'
import { withElement } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { rawPeer } from './conversation.ts'
import { ctImageStorage, getService, instances, retrieving, studyRootGet } from './retrieving.ts'

const studyRoot = 1
const ct = 5

type Answer = (raw: ReturnType<typeof rawPeer>, messageId: number) => void

const success = (messageId: number) =>
  ({ type: 'C-STORE-RSP', messageIdBeingRespondedTo: messageId, hasDataSet: false, status: 0 }) as const

const right: Answer = (raw, messageId) => {
  raw.command(ct, success(messageId))
}

/** Asks for three instances, and answers the second as told. Resolves with the last response; rejects when aborted. */
async function getAnswering(wrong: Answer): Promise<CommandSet> {
  await using scp = await retrieving([getService(() => instances(3))])
  const raw = rawPeer(await scp.open([{ sopClass: ctImageStorage }]))
  raw.command(studyRoot, {
    type: 'C-GET-RQ',
    affectedSopClassUid: studyRootGet,
    priority: 'low',
    messageId: 9,
    hasDataSet: true,
  })
  raw.dataSet(studyRoot, Buffer.from('which?'))
  let stores = 0
  for (;;) {
    const command = await raw.next()
    if (command.type === 'C-STORE-RQ') {
      const answer = stores++ === 1 ? wrong : right
      answer(raw, command.messageId)
    } else if (command.type !== 'C-GET-RSP' || command.status !== 0xff00) {
      return command
    }
  }
}

describe('a C-GET whose requestor', () => {
  it('answers a C-STORE with a status that is pending counts it as failed', async () => {
    const pending: Answer = (raw, messageId) => {
      raw.command(ct, withElement(encodeCommandSet(success(messageId)), 0x0900, [0x00, 0xff]))
    }
    expect(await getAnswering(pending)).toMatchObject({
      type: 'C-GET-RSP',
      status: 0xb000,
      numberOfCompletedSuboperations: 2,
      numberOfFailedSuboperations: 1,
      numberOfWarningSuboperations: 0,
    })
  })

  it('answers with a status that nobody knows counts it as failed', async () => {
    const odd: Answer = (raw, messageId) => {
      raw.command(ct, withElement(encodeCommandSet(success(messageId)), 0x0900, [0x99, 0x99]))
    }
    expect(await getAnswering(odd)).toMatchObject({ status: 0xb000, numberOfFailedSuboperations: 1 })
  })

  it('sends a long data set with its answer is answered itself, and its association goes on', async () => {
    const talkative: Answer = (raw, messageId) => {
      raw.command(ct, withElement(encodeCommandSet(success(messageId)), 0x0800, [0x00, 0x00]))
      const fragment = { presentationContextId: ct, isCommand: false, data: [Buffer.alloc(10_000)] }
      for (let part = 1; part <= 200; part++) raw.association.send([{ ...fragment, isLast: part === 200 }])
    }
    expect(await getAnswering(talkative)).toMatchObject({ status: 0, numberOfCompletedSuboperations: 3 })
  })

  it.each<[string, Answer]>([
    [
      'answers a message that was not sent',
      (raw, messageId) => {
        raw.command(ct, success(messageId + 100))
      },
    ],
    [
      'answers twice',
      (raw, messageId) => {
        raw.command(ct, success(messageId))
        raw.command(ct, success(messageId))
      },
    ],
    [
      'answers on another context',
      (raw, messageId) => {
        raw.command(studyRoot, success(messageId))
      },
    ],
    [
      'answers as if it were another operation',
      (raw, messageId) => {
        raw.command(ct, {
          type: 'C-ECHO-RSP',
          messageIdBeingRespondedTo: messageId,
          hasDataSet: false,
          status: 0,
        })
      },
    ],
  ])('%s is aborted', async (_, wrong) => {
    await expect(getAnswering(wrong)).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
  })

  it('cancels twice, and something else, is told once', async () => {
    const cancels: Answer = (raw, messageId) => {
      for (const messageIdBeingRespondedTo of [9, 9, 77]) {
        raw.command(studyRoot, { type: 'C-CANCEL-RQ', messageIdBeingRespondedTo, hasDataSet: false })
      }
      right(raw, messageId)
    }
    expect(await getAnswering(cancels)).toMatchObject({
      status: 0xfe00,
      numberOfRemainingSuboperations: 1,
      numberOfCompletedSuboperations: 2,
    })
  })
})
