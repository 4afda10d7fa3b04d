import type { Pdv } from '@dcm/pdu'
import { type RawAssociation, RawPeer, withElement } from '@dcm/testkit'
import { expect, it } from 'vitest'

const codec = {
  encode: ({ text }: { text: string }) => Buffer.from(text),
  decode: (bytes: Uint8Array) => ({ text: Buffer.from(bytes).toString() }),
}

function meet() {
  const sent: Pdv[] = []
  let receiver: Parameters<RawAssociation['receive']>[0] | undefined
  const peer = new RawPeer(
    { send: (pdvs) => sent.push(...pdvs), receive: (given) => (receiver = given) },
    codec,
  )
  const arrive = (text: string, isCommand: boolean, isLast: boolean, endOfPdv = true) =>
    receiver?.fragment({
      type: 'PDV',
      presentationContextId: 1,
      isCommand,
      isLast,
      data: Buffer.from(text),
      endOfPdv,
      endOfPdu: endOfPdv,
    })
  return {
    peer,
    sent,
    arrive,
    end: (error?: Error) => receiver?.ended({ kind: 'over', ...(error && { error }) }),
  }
}

it('sends what it is told', () => {
  const { peer, sent } = meet()
  peer.command(3, { text: 'command' })
  peer.command(3, Buffer.from('no command'))
  peer.dataSet(5, Buffer.from('data'))
  expect(sent.map(({ data, ...pdv }) => ({ ...pdv, text: Buffer.concat(data).toString() }))).toEqual([
    { presentationContextId: 3, isCommand: true, isLast: true, text: 'command' },
    { presentationContextId: 3, isCommand: true, isLast: true, text: 'no command' },
    { presentationContextId: 5, isCommand: false, isLast: true, text: 'data' },
  ])
})

it('reads commands, in pieces or not, before and after they are asked for', async () => {
  const { peer, arrive } = meet()
  arrive('one', true, true)
  arrive('dropped', false, true)
  expect(await peer.next()).toEqual({ text: 'one' })
  const next = peer.next()
  arrive('t', true, false)
  arrive('w', true, true, false)
  arrive('o', true, true)
  expect(await next).toEqual({ text: 'two' })
})

it('tells the end to who waits, and to who asks later', async () => {
  const lost = meet()
  const next = lost.peer.next()
  lost.end(new Error('lost'))
  await expect(next).rejects.toThrow('lost')
  await expect(lost.peer.next()).rejects.toThrow('lost')
  const released = meet()
  released.end()
  await expect(released.peer.next()).rejects.toThrow('the association was over')
})

it('changes one element of a command set', () => {
  const elements = '00000000' + '04000000' + '14000000' + '00000009' + '02000000' + '0000'
  const command = Buffer.from(elements, 'hex')
  expect(Buffer.from(withElement(command, 0x0900, [0xff, 0x01])).toString('hex')).toBe(
    elements.slice(0, -4) + 'ff01',
  )
})
