import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acceptorPolicy, receiveAssociation } from '@dcm/association'
import { encodeDataSet, identifier } from '@dcm/dataset'
import { DimseChannel, encodeCommandSet, responseTo, statuses } from '@dcm/dimse'
import {
  type AssociateRq,
  DicomApplicationContext,
  encodePdu,
  ExplicitVRLittleEndian,
  parseUid,
  encodePDataTf,
  PduDecoder,
  uidOf,
} from '@dcm/pdu'
import { createScp, dicomJson, find, type Scp } from '@dcm/scp'
import { tcp } from '@dcm/transport-tcp'
import { dcmCommand, startDcm } from './dcm.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { rawListener } from './raw-listener.ts'
import { sample } from './samples.ts'

const stopped = 'dcm: Stopped by Ctrl-C; what was done until then is done.\n'

describe('Ctrl-C while a peer says nothing', () => {
  it.each([
    ['echo', []],
    ['find', []],
    ['get', ['StudyInstanceUID=1.2', '-o', 'FOLDER']],
    ['move', ['ME', 'StudyInstanceUID=1.2', '--listen', 'PORT', '-o', 'FOLDER']],
    ['commit', [sample('CT_small.dcm'), '--listen', 'PORT']],
    ['dump', []],
    ['send', [sample('CT_small.dcm')]],
  ])('aborts the association of dcm %s', async (command, rest) => {
    const called = Promise.withResolvers<Socket>()
    const received: Buffer[] = []
    await using peer = await rawListener((socket) => {
      socket.on('data', (bytes) => {
        received.push(bytes)
        called.resolve(socket)
      })
    })
    await using folder = await temporaryFolder()
    const port = String(await freePort())
    const line = rest.map((word) => word.replace('FOLDER', join(folder.path, 'in')).replace('PORT', port))
    await using program = startDcm([command, `SILENT@127.0.0.1:${String(peer.port)}`, ...line])
    const socket = await called.promise
    const closed = once(socket, 'close')
    program.child.kill('SIGINT')
    const { code, stderr } = await program.ended
    expect(stderr).toBe(stopped)
    expect(code).toBe(130)
    await closed
    // PS3.8 9.3.8: A-ABORT, after an A-ASSOCIATE-RQ.
    const bytes = Buffer.concat(received)
    expect(bytes[0]).toBe(0x01)
    expect(bytes.subarray(-10, -8).toString('hex')).toBe('0700')
    expect(await dicomFilesIn(folder.path)).toEqual([])
  })
})

it.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('aborts the association on %s too', async (signal, exitCode) => {
  const called = Promise.withResolvers<Socket>()
  const received: Buffer[] = []
  await using peer = await rawListener((socket) => {
    socket.on('data', (bytes) => {
      received.push(bytes)
      called.resolve(socket)
    })
  })
  await using program = startDcm(['echo', `SILENT@127.0.0.1:${String(peer.port)}`])
  const closed = once(await called.promise, 'close')
  program.child.kill(signal)
  const { code, stderr } = await program.ended
  expect(stderr).toBe(`dcm: Stopped by ${signal}; what was done until then is done.\n`)
  expect(code).toBe(exitCode)
  await closed
  expect(Buffer.concat(received).subarray(-10, -8).toString('hex')).toBe('0700')
})

/** Accepts, and tells of each fragment of a data set. */
function acceptingPeer(onFragment: (socket: Socket, isLast: boolean) => void) {
  return rawListener((socket) => {
    const decoder = new PduDecoder()
    socket.on('data', (bytes) => {
      decoder.push(bytes)
      for (let event = decoder.next(); event; event = decoder.next()) {
        if (event.type === 'A-ASSOCIATE-RQ') socket.write(acceptanceOf(event))
        if (event.type === 'PDV' && !event.isCommand) onFragment(socket, event.isLast)
      }
    })
  })
}

it.each([
  ['echo', []],
  ['send', [sample('CT_small.dcm')]],
  ['commit', [sample('CT_small.dcm')]],
])('does not wait for the answer to what dcm %s asked, which cannot be cancelled', async (command, rest) => {
  const asked = Promise.withResolvers<Socket>()
  await using mute = await rawListener((socket) => {
    const decoder = new PduDecoder()
    socket.on('data', (bytes) => {
      decoder.push(bytes)
      for (let event = decoder.next(); event; event = decoder.next()) {
        if (event.type === 'A-ASSOCIATE-RQ') socket.write(acceptanceOf(event))
        if (event.type === 'PDV' && event.isLast && event.isCommand === (command === 'echo'))
          asked.resolve(socket)
      }
    })
  })
  await using program = startDcm([command, `MUTE@127.0.0.1:${String(mute.port)}`, ...rest])
  await asked.promise
  program.child.kill('SIGINT')
  const { code, stderr } = await program.ended
  expect(stderr).toBe(stopped)
  expect(code).toBe(130)
})

it('does not wait for a peer that has stopped to read in the middle of an object', async () => {
  await using folder = await temporaryFolder()
  const image = await readFile(sample('CT_small.dcm'))
  const path = join(folder.path, 'large.dcm')
  // Its pixel data is the last element, OW in explicit VR little endian: more than the sockets take.
  const lengthAt = image.lastIndexOf(Buffer.from('e07f10004f570000', 'hex')) + 8
  const length = Buffer.alloc(4)
  length.writeUInt32LE(largeBytes)
  await writeFile(path, Buffer.concat([image.subarray(0, lengthAt), length]))
  await truncate(path, lengthAt + 4 + largeBytes)
  const sending = Promise.withResolvers<undefined>()
  await using deaf = await acceptingPeer((socket) => {
    socket.pause()
    sending.resolve(undefined)
  })
  await using program = startDcm(['send', `DEAF@127.0.0.1:${String(deaf.port)}`, path])
  await sending.promise
  program.child.kill('SIGINT')
  const { code, stdout, stderr } = await program.ended
  expect(stdout).toContain('has 0 of 1 file')
  expect(stderr).toBe(stopped)
  expect(code).toBe(130)
})

const largeBytes = 64 * 1024 * 1024

function acceptanceOf({ calledAeTitle, callingAeTitle, presentationContexts }: AssociateRq): Uint8Array {
  return encodePdu({
    type: 'A-ASSOCIATE-AC',
    protocolVersion: 1,
    calledAeTitle,
    callingAeTitle,
    applicationContextName: DicomApplicationContext,
    presentationContexts: presentationContexts.map(
      ({ presentationContextId, transferSyntaxes: [transferSyntax] }) => ({
        presentationContextId,
        result: 0,
        transferSyntax: transferSyntax ?? ExplicitVRLittleEndian,
      }),
    ),
    userInformation: { maximumLength: 0, implementationClassUid: parseUid('1.2.3') },
  })
}

/** An archive that has one match, and then waits until it is told to stop, or endlessly many. */
async function slowArchive(
  matches: 'one' | 'endless',
): Promise<
  Scp & { readonly to: string; readonly cancelled: Promise<void>; readonly manySent: Promise<void> }
> {
  const cancelled = Promise.withResolvers<undefined>()
  const manySent = Promise.withResolvers<undefined>()
  let sent = 0
  const untilAborted = async (signal: AbortSignal): Promise<void> => {
    if (!signal.aborted) await once(signal, 'abort')
  }
  const scp = createScp({
    aeTitle: 'SLOW',
    transport: tcp(),
    services: [
      find({
        sopClasses: ['StudyRootQueryRetrieveInformationModelFind'],
        codec: dicomJson,
        handler: async function* ({ signal }) {
          try {
            do {
              yield { '0020000D': { vr: 'UI', Value: ['1.2.3'] } }
              if (++sent === 20_000) manySent.resolve(undefined)
            } while (matches === 'endless')
            await untilAborted(signal)
          } finally {
            cancelled.resolve(undefined)
          }
        },
      }),
    ],
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  const to = `SLOW@127.0.0.1:${'port' in address ? String(address.port) : ''}`
  return Object.assign(scp, { to, cancelled: cancelled.promise, manySent: manySent.promise })
}

it('cancels a query on Ctrl-C, and has printed what came', async () => {
  await using archive = await slowArchive('one')
  await using program = startDcm(['find', archive.to, 'StudyInstanceUID', '--only', '--csv'])
  await program.printed(/1\.2\.3\n/)
  program.child.kill('SIGINT')
  await archive.cancelled
  const { code, stdout, stderr } = await program.ended
  expect(stdout).toBe('StudyInstanceUID\n1.2.3\n')
  expect(stderr).toBe(stopped)
  expect(code).toBe(130)
})

it.each([['find'], ['find', '--csv'], ['find', '--json']])(
  'cancels when nobody reads what dcm %s %s prints',
  async (command, ...options) => {
    await using archive = await slowArchive('endless')
    await using program = startDcm([command, archive.to, ...options])
    await program.printed(/1\.2\.3/)
    program.child.stdout.destroy()
    await archive.cancelled
    const { code, stderr } = await program.ended
    expect(stderr).toBe('')
    expect(code).toBe(141)
  },
)

it('does not wait for a reader that has stopped to read', async () => {
  await using archive = await slowArchive('endless')
  const [node = '', ...main] = dcmCommand
  const child = spawn(node, [...main, 'find', archive.to, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const closed = once(child, 'exit')
  try {
    // More than pipes hold.
    await archive.manySent
    child.kill('SIGTERM')
    await archive.cancelled
    expect(await closed).toEqual([143, null])
  } finally {
    child.kill('SIGKILL')
  }
})

/** A pending C-FIND-RSP to message 1 on context 1, whose identifier ends inside an element. */
const unreadableMatch = Buffer.concat(
  encodePDataTf([
    {
      presentationContextId: 1,
      isCommand: true,
      isLast: true,
      data: [
        encodeCommandSet({
          type: 'C-FIND-RSP',
          affectedSopClassUid: uidOf('StudyRootQueryRetrieveInformationModelFind'),
          messageIdBeingRespondedTo: 1,
          status: 0xff00,
          hasDataSet: true,
        }),
      ],
    },
    { presentationContextId: 1, isCommand: false, isLast: true, data: [Buffer.from('1000200008', 'hex')] },
  ]),
)

it('waits no longer than --timeout for the end of a query that it has cancelled', async () => {
  await using peer = await acceptingPeer((socket, isLast) => {
    if (isLast) socket.write(unreadableMatch)
  })
  await using program = startDcm(['find', `MUTE@127.0.0.1:${String(peer.port)}`, '--timeout', '0.2'])
  const { code, stderr } = await program.ended
  expect(stderr).toContain('answered what is no answer')
  expect(code).toBe(7)
})

it('keeps what an archive has under way when its C-GET is cancelled', async () => {
  await using folder = await temporaryFolder()
  await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
  const sopClassUid = uidOf('CTImageStorage')
  const transferSyntaxUid = '1.2.840.10008.1.2.1'
  const negotiate = acceptorPolicy({
    abstractSyntaxes: [
      {
        abstractSyntax: uidOf('StudyRootQueryRetrieveInformationModelGet'),
        transferSyntaxes: [transferSyntaxUid],
      },
      {
        abstractSyntax: sopClassUid,
        transferSyntaxes: [transferSyntaxUid],
        requestorRoles: { scu: false, scp: true },
      },
    ],
  })
  const to = `ARCHIVE@127.0.0.1:${'port' in listener.address ? String(listener.address.port) : ''}`
  await using program = startDcm(['get', to, 'StudyInstanceUID=1.2', '-o', folder.path])
  const indication = await receiveAssociation(await listener.accept())
  const channel = new DimseChannel(await indication.accept(negotiate(indication.request)))
  const operation = await channel.next()
  if (operation?.command.type !== 'C-GET-RQ') throw new Error('no C-GET')
  const store = async (sopInstanceUid: string): Promise<number | undefined> => {
    const context = [...channel.association.facts.contexts.values()].find(
      ({ abstractSyntax }) => abstractSyntax === sopClassUid,
    )
    if (!context) throw new Error('no context to store on')
    const dataSet = identifier({ SOPInstanceUID: sopInstanceUid, StudyInstanceUID: '1.2' })
    const stored = await channel.invoke(
      context,
      {
        type: 'C-STORE-RQ',
        affectedSopClassUid: sopClassUid,
        affectedSopInstanceUid: sopInstanceUid,
        priority: 'medium',
      },
      [encodeDataSet(dataSet, { transferSyntaxUid })],
    )
    return (await stored.next())?.command.status
  }
  expect(await store('1.2.1')).toBe(0x0000)
  const cancelled = once(operation.signal, 'abort')
  // Else nobody would see the C-CANCEL.
  const next = channel.next()
  program.child.kill('SIGINT')
  await cancelled
  expect(await store('1.2.2')).toBe(0x0000)
  await operation.respond(responseTo(operation.command, { status: statuses.Cancel }))
  expect((await program.ended).code).toBe(130)
  await next
  expect(await dicomFilesIn(folder.path)).toEqual(['1.2/1.2.1.dcm', '1.2/1.2.2.dcm'])
})
