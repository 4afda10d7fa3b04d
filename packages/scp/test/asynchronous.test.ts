import { DimseChannel, type Invocation, uidOf } from '@dcm/dimse'
import { find, type FindQuery, type Service, StatusError } from '@dcm/scp'
import { settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { ask, contextFor, conversation, rawPeer } from './conversation.ts'

const worklist = uidOf('ModalityWorklistInformationModelFind')
const request = { type: 'C-FIND-RQ', affectedSopClassUid: worklist, priority: 'medium' } as const

/** Queries that wait until they are let go, by their identifier. */
function gates() {
  const begun: string[] = []
  const waiting = new Map<string, PromiseWithResolvers<undefined>>()
  let most = 0
  const service = find({
    sopClasses: ['ModalityWorklistInformationModelFind'],
    handler: async function* ({ identifier }: FindQuery<Uint8Array>) {
      const name = Buffer.from(identifier).toString()
      const gate = Promise.withResolvers<undefined>()
      begun.push(name)
      waiting.set(name, gate)
      most = Math.max(most, waiting.size)
      try {
        await gate.promise
        yield identifier
      } finally {
        waiting.delete(name)
      }
    },
  })
  return {
    service,
    begun,
    most: () => most,
    open: (name: string) => waiting.get(name)?.resolve(undefined),
  }
}

async function invoke(channel: DimseChannel, name: string): Promise<Invocation> {
  return channel.invoke(contextFor(channel, worklist), request, [Buffer.from(name)])
}

async function statusesOf(invocation: Invocation): Promise<number[]> {
  const statuses: number[] = []
  for await (const { command } of invocation) statuses.push(command.status)
  return statuses
}

async function running(service: Service, maxOperationsPerformed: number, window: number) {
  const scp = await conversation({ services: [service], maxOperationsPerformed })
  const channel = new DimseChannel(await scp.associate(['ModalityWorklistInformationModelFind'], window))
  return { ...scp, channel, [Symbol.asyncDispose]: () => scp[Symbol.asyncDispose]() }
}

describe('operations of one association', () => {
  it('run at once within the window, and end in any order', async () => {
    const { service, begun, open } = gates()
    await using scp = await running(service, 3, 3)
    const [a, b, c] = await Promise.all(['A', 'B', 'C'].map((name) => invoke(scp.channel, name)))
    if (!a || !b || !c) throw new Error('three were asked')
    while (begun.length < 3) await settled(1)
    open('C')
    expect(await statusesOf(c)).toEqual([0xff00, 0x0000])
    open('A')
    expect(await statusesOf(a)).toEqual([0xff00, 0x0000])
    // Each has its own signal: B is cancelled alone.
    await b.cancel()
    expect(await statusesOf(b)).toEqual([0xfe00])
    await scp.channel.release()
  })

  it('are as many as the SCP grants, however many are wanted', async () => {
    const { service } = gates()
    await using granted = await running(service, 3, 50)
    expect(granted.channel.association.facts.asynchronousOperationsWindow.invoked).toBe(3)
    await using unasked = await conversation({ services: [service], maxOperationsPerformed: 3 })
    const association = await unasked.associate(['ModalityWorklistInformationModelFind'])
    expect(association.facts.asynchronousOperationsWindow.invoked).toBe(1)
    association.abort()
  })

  it.each([1, 2])('beyond a window of %i wait their turn, one after the other', async (window) => {
    const { service, begun, open, most } = gates()
    await using scp = await running(service, window, window)
    const raw = rawPeer(await scp.associate(['ModalityWorklistInformationModelFind'], window))
    const names = ['1', '2', '3', '4', '5', '6']
    for (const name of names) {
      raw.command(1, { ...request, messageId: Number(name), hasDataSet: true })
      raw.dataSet(1, Buffer.from(name))
    }
    for (const name of names) {
      while (!begun.includes(name)) await settled(1)
      open(name)
      const answer = { messageIdBeingRespondedTo: Number(name) }
      expect(await raw.next()).toMatchObject({ ...answer, status: 0xff00 })
      expect(await raw.next()).toMatchObject({ ...answer, status: 0x0000 })
    }
    expect(begun).toEqual(names)
    expect(most()).toBe(window)
    raw.association.abort()
  })

  it('fail one by one', async () => {
    const service = find({
      sopClasses: ['ModalityWorklistInformationModelFind'],
      handler: ({ identifier }) => {
        if (identifier[0] === 0x41) throw new StatusError(0xa900)
        return [identifier]
      },
    })
    await using scp = await running(service, 4, 4)
    const asked = ['A', 'B', 'A', 'B'].map((name) =>
      ask(scp.channel, request, { dataSet: [Buffer.from(name)] }),
    )
    expect((await Promise.all(asked)).map((responses) => responses.at(-1)?.status)).toEqual([
      0xa900, 0x0000, 0xa900, 0x0000,
    ])
    await scp.channel.release()
  })

  it('all hear of the end of their association', async () => {
    const told: string[] = []
    const service = find({
      sopClasses: ['ModalityWorklistInformationModelFind'],
      handler: async function* ({ identifier, signal }) {
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve)
        })
        told.push(Buffer.from(identifier).toString())
        yield identifier
      },
    })
    await using scp = await running(service, 2, 2)
    await Promise.all([invoke(scp.channel, 'A'), invoke(scp.channel, 'B')])
    await settled()
    scp.channel.abort()
    while (told.length < 2) await settled(1)
    expect(told.sort()).toEqual(['A', 'B'])
    while (scp.scp.associations.length > 0) await settled(1)
  })
})
