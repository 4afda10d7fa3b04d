import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type CommandOf, DimseChannel, type DimseMessage, encodeCommandSet, responseTo } from '@dcm/dimse'
import { settled } from '@dcm/testkit'
import { expect, it, onTestFinished } from 'vitest'
import {
  associations,
  channels,
  contextOf,
  ctImageStorage,
  rawPeer,
  verification,
} from './associated-channels.ts'
import { find, store } from './requests.ts'

/** What is published from now on, in order. */
function published(): DimseMessage[] {
  const seen: DimseMessage[] = []
  const onMessage = (message: unknown): void => {
    seen.push(message as DimseMessage)
  }
  subscribe('dcm:dimse:message', onMessage)
  onTestFinished(() => {
    unsubscribe('dcm:dimse:message', onMessage)
  })
  return seen
}

it('publishes each message at both ends, and nothing of its instance', async () => {
  const seen = published()
  const { requestor, acceptor } = await channels()
  const invoking = requestor.invoke(contextOf(requestor, ctImageStorage), store, [Buffer.from('PATIENT^A')])
  const operation = await acceptor.next()
  await operation?.respond(
    responseTo(operation.command as CommandOf<'C-STORE-RQ'>, { status: 0xa700, errorComment: 'PATIENT^A' }),
  )
  await (await invoking).next()
  const [here, there] = [requestor.association.id, acceptor.association.id]
  const at = { presentationContextId: 3, abstractSyntax: ctImageStorage }
  const request = { ...at, command: 'C-STORE-RQ', messageId: 1, hasDataSet: true }
  const response = {
    ...at,
    command: 'C-STORE-RSP',
    messageIdBeingRespondedTo: 1,
    status: 0xa700,
    hasDataSet: false,
  }
  expect(seen.filter((message) => message.associationId === here)).toEqual([
    { associationId: here, direction: 'sent', ...request },
    { associationId: here, direction: 'received', ...response },
  ])
  expect(seen.filter((message) => message.associationId === there)).toEqual([
    { associationId: there, direction: 'received', ...request },
    { associationId: there, direction: 'sent', ...response },
  ])
})

it('publishes a C-CANCEL by the message that it stops', async () => {
  const { requestor, acceptor } = await channels()
  const invocation = await requestor.invoke(contextOf(requestor, verification), find, [Buffer.from('keys')])
  await acceptor.next()
  const seen = published()
  await invocation.cancel()
  await settled()
  const cancel = { command: 'C-CANCEL-RQ', messageIdBeingRespondedTo: 1, hasDataSet: false }
  expect(seen).toMatchObject([
    { direction: 'sent', ...cancel },
    { direction: 'received', ...cancel },
  ])
})

it('publishes a malformed request with what is wrong, and its refusal', async () => {
  const { requestor, acceptor } = await associations()
  const peer = rawPeer(requestor)
  const channel = new DimseChannel(acceptor)
  const seen = published()
  const whole = encodeCommandSet({ ...store, messageId: 7, hasDataSet: true })
  // (0000,1000), the last element, is cut off, and the group length told of it.
  const cut = Buffer.from(whole.subarray(0, whole.length - 14))
  cut.writeUInt32LE(cut.length - 12, 8)
  peer.command(3, cut)
  peer.dataSet(3, Buffer.from('PATIENT^A'))
  await peer.next()
  await settled()
  expect(seen).toMatchObject([
    {
      associationId: channel.association.id,
      direction: 'received',
      command: 'malformed',
      messageId: 7,
      error: { code: 'DCM_COMMAND_FIELD_MISSING' },
    },
    { direction: 'sent', command: 'C-STORE-RSP', messageIdBeingRespondedTo: 7, status: 0x0212 },
  ])
})
