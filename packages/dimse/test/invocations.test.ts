import { Waits } from '@dcm/association'
import { FakeClock } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { Invocations } from '../src/channel/invocations.ts'
import { verification } from './associated-channels.ts'
import { echo } from './requests.ts'

/** As many as there are message IDs (PS3.7 E.1: 0 is none). */
const messageIds = 65_535

const roles = { requestor: { scu: true, scp: false }, acceptor: { scu: false, scp: true } }
const context = {
  presentationContextId: 1,
  abstractSyntax: verification,
  transferSyntax: verification,
  roles,
}

function invocations() {
  const ours = new Invocations(0, {
    cancel: () => Promise.resolve(),
    taken: () => undefined,
    timedOut: () => undefined,
    responseWaits: new Waits(new FakeClock()),
  })
  return {
    ours,
    begin: () => ours.begin(context, echo, 1_000),
    /** One after the other, each over before the next. */
    pass: (count: number) => {
      for (let passed = 0; passed < count; passed++) ours.forget(ours.begin(context, echo, 1_000))
    },
  }
}

it('have message IDs from 1 to 65535, in turn', () => {
  const { begin, pass } = invocations()
  pass(messageIds - 1)
  expect([begin().messageId, begin().messageId]).toEqual([65_535, 1])
})

it('give none the message ID of one that is outstanding', () => {
  const { begin, pass } = invocations()
  expect(begin().messageId).toBe(1)
  pass(messageIds - 1)
  expect(begin().messageId).toBe(2)
})

it('give none the message ID of one whose last response may yet come', async () => {
  const { ours, begin, pass } = invocations()
  const abandoned = begin()
  const command = {
    type: 'C-ECHO-RSP',
    messageIdBeingRespondedTo: abandoned.messageId,
    hasDataSet: false,
  } as const
  ours.deliver(
    { ...command, status: 0xff00 },
    { context, command: { ...command, status: 0xff00 }, dataSet: undefined },
  )
  expect(ours.size).toBe(0)
  expect((await abandoned.next())?.command.status).toBe(0xff00)
  await expect(abandoned.next()).rejects.toMatchObject({ code: 'DCM_UNEXPECTED_RESPONSE' })
  pass(messageIds - 1)
  expect(begin().messageId).toBe(2)
})
