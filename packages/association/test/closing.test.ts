import { Duplex } from 'node:stream'
import { receiveAssociation, requestAssociation } from '@dcm/association'
import { encodePDataTf, encodePdu } from '@dcm/pdu'
import { FakeClock, memoryPair, ScriptedPeer, settled } from '@dcm/testkit'
import { tcp } from '@dcm/transport-tcp'
import { expect, it } from 'vitest'
import { answer, listen, negotiate, pdv, request, wanted } from './conversation.ts'

it('takes no request on a connection that it closes, and restarts no timer for what else would close it', async () => {
  const controller = new AbortController()
  const clock = new FakeClock()
  // A layer whose goodbye takes its time.
  const stream = new Duplex({ read: () => undefined, final: () => undefined })
  const [ours] = memoryPair()
  const options = { clock, signal: controller.signal, decisionTimeoutMs: 500 }
  const indication = receiveAssociation({ ...ours, stream }, options)
  controller.abort(new Error('enough'))
  stream.push(encodePdu(request))
  await expect(indication).rejects.toThrow('enough')
  await settled()
  // ARTIM and the close's own; there is nothing to decide.
  expect(clock.remainingMs).toEqual([30_000, 30_000])
  clock.advance(30_000)
  expect(stream.destroyed).toBe(true)
  await settled()
  expect(clock.pending).toBe(0)
})

it('closes when what it wrote has left, although the peer does not end', async () => {
  const stream = new Duplex({
    read: () => undefined,
    final: (done) => {
      done()
    },
  })
  const [ours] = memoryPair()
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(receiveAssociation({ ...ours, stream }, { clock: new FakeClock(), signal })).rejects.toThrow(
    'enough',
  )
  await settled()
  expect(stream.destroyed).toBe(true)
})

it('lets what it wrote leave a socket, though the peer reads it only when it has ended', async () => {
  await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
  const [{ stream }, ours] = await Promise.all([tcp().connect(listener.address), listener.accept()])
  const userInformation = { ...request.userInformation, maximumLength: 0 }
  stream.write(encodePdu({ ...request, userInformation }))
  const pending = await receiveAssociation(ours, { clock: new FakeClock() })
  const association = await pending.accept(negotiate(pending.request))
  const heard = listen(association)
  // More than the buffers of both sockets hold.
  const data = [new Uint8Array(33_554_432)]
  association.send(pdv('').map((each) => ({ ...each, data })))
  stream.end()
  await association.ended
  expect(heard.end).toMatchObject({ error: { code: 'DCM_CONNECTION_LOST' } })
  expect(ours.stream.writableLength).toBeGreaterThan(0)
  let received = 0
  for await (const chunk of stream) received += (chunk as Uint8Array).length
  expect(received).toBeGreaterThan(33_554_432)
  await association.closed
})

it('leaves no timer when the end is told of, and the peer’s A-ABORT is taken at that', async () => {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  peer.send(request)
  const pending = await receiveAssociation(ours, { clock })
  const association = await pending.accept(negotiate(pending.request))
  association.receive({
    fragment: () => {
      association.pause()
    },
    releaseRequested: () => undefined,
    ended: () => {
      association.resume()
    },
  })
  const abort = encodePdu({ type: 'A-ABORT', source: 0, reason: 0 })
  peer.send(Buffer.concat([...encodePDataTf(pdv('one')), abort]))
  await settled()
  association.abort()
  await association.closed
  expect(clock.pending).toBe(0)
})

it('tells of a lost connection what the transport said of it', async () => {
  const [ours, theirs] = memoryPair()
  new ScriptedPeer(theirs).send(answer)
  const association = await requestAssociation(ours, wanted, { clock: new FakeClock() })
  const heard = listen(association)
  // OpenSSL's words end their line.
  const reset = new Error('read ECONNRESET\n')
  ours.stream.destroy(reset)
  await association.closed
  expect(heard.end).toMatchObject({
    error: {
      code: 'DCM_CONNECTION_LOST',
      origin: 'connection-lost',
      cause: reset,
      message: 'the transport connection was closed without a release: read ECONNRESET',
    },
  })
})
