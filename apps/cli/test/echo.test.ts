import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DicomApplicationContext, encodePdu, ImplicitVRLittleEndian, parseUid } from '@dcm/pdu'
import { expect, it } from 'vitest'
import { dcm, objects, startDcm } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { rawListener } from './raw-listener.ts'
import { startStorescp } from './storescp.ts'

it('finds storescp of DCMTK there', async () => {
  await using storescp = await startStorescp()
  const { code, stdout, stderr } = await dcm('echo', storescp.address)
  expect(stderr).toBe('')
  expect(stdout).toMatch(
    /^✓ STORE@127\.0\.0\.1:\d+ answers {2}OFFIS_DCMTK_\d+, connected in .* ms, C-ECHO .* ms\n$/,
  )
  expect(code).toBe(0)
  expect(objects(await dcm('echo', storescp.address, '-n', '2', '--json'))).toEqual(
    Array(2).fill({
      type: 'echo',
      peer: storescp.address,
      status: 0,
      milliseconds: expect.any(Number) as number,
    }),
  )
})

it('shows the association with -v', async () => {
  await using storescp = await startStorescp()
  const { stderr } = await dcm('echo', storescp.address, '-v', '--aet', 'TESTER')
  expect(stderr).toContain('Calling AE title: "TESTER"')
  expect(stderr).toContain('Presentation contexts: 1 of 1 accepted')
})

it('says that nobody listens', async () => {
  const port = await freePort()
  const { code, stderr } = await dcm('echo', `A@127.0.0.1:${String(port)}`)
  expect(stderr).toBe(
    `dcm: A@127.0.0.1:${String(port)} refused the connection; nobody listens there: check the port, and whether it runs.\n`,
  )
  expect(code).toBe(3)
})

it('says that the host is not known', async () => {
  const { code, stderr } = await dcm('echo', 'A@no-such-host.invalid:104')
  expect(stderr).toMatch(
    /The host of A@no-such-host\.invalid:104 is not known; check its name\.|cannot be reached/,
  )
  expect(code).toBe(3)
})

it('says what a rejection means', async () => {
  await using storescp = await startStorescp('--refuse')
  const outcome = await dcm('echo', storescp.address, '--json')
  expect(objects(outcome)).toMatchObject([{ type: 'error', code: 'DCM_REJECTED', exitCode: 5 }])
  expect(outcome.stderr).toContain('rejected the association')
  expect(outcome.code).toBe(5)
})

it('tells a peer that closes from one that is silent', async () => {
  await using closing = await rawListener((socket) => socket.end())
  const closed = await dcm('echo', `A@127.0.0.1:${String(closing.port)}`)
  expect(closed.stderr).toContain('closed the connection without a word')
  expect(closed.code).toBe(7)
  await using silent = await rawListener((socket) => socket.resume())
  const { code, stderr } = await dcm('echo', `A@127.0.0.1:${String(silent.port)}`, '--timeout', '0.2')
  expect(stderr).toContain('was silent for 0.2 s')
  expect(code).toBe(7)
})

it('waits for the answer to its release, and for the close, no longer than --timeout says', async () => {
  const nothingAccepted = encodePdu({
    type: 'A-ASSOCIATE-AC',
    protocolVersion: 1,
    calledAeTitle: 'A',
    callingAeTitle: 'DCM',
    applicationContextName: DicomApplicationContext,
    presentationContexts: [{ presentationContextId: 1, result: 3, transferSyntax: ImplicitVRLittleEndian }],
    userInformation: { maximumLength: 0, implementationClassUid: parseUid('1.2.3') },
  })
  await using silent = await rawListener((socket) => {
    socket.once('data', () => socket.write(nothingAccepted))
  })
  const { code, stderr } = await dcm('echo', `A@127.0.0.1:${String(silent.port)}`, '--timeout', '0.2')
  expect(stderr).toContain('does not take Verification')
  expect(code).toBe(6)
})

it('tells a peer that aborts', async () => {
  // A-ABORT by the service-user (PS3.8 9.3.8).
  const abort = Buffer.from('07000000000400000000', 'hex')
  await using aborting = await rawListener((socket) => {
    socket.once('data', () => socket.end(abort))
  })
  const { code, stderr } = await dcm('echo', `A@127.0.0.1:${String(aborting.port)}`)
  expect(stderr).toContain('aborted the association')
  expect(code).toBe(7)
})

it('stops at Ctrl-C', async () => {
  const asked = Promise.withResolvers<undefined>()
  await using silent = await rawListener((socket) => {
    socket.once('data', () => {
      asked.resolve(undefined)
    })
  })
  await using waiting = startDcm(['echo', `A@127.0.0.1:${String(silent.port)}`])
  await asked.promise
  waiting.child.kill('SIGINT')
  const { code, stderr } = await waiting.ended
  expect(stderr).toBe('dcm: Stopped by Ctrl-C; what was done until then is done.\n')
  expect(code).toBe(130)
})

it('does not fall back to plain when a key is missing', async () => {
  await using folder = await temporaryFolder()
  const ca = join(folder.path, 'ca.pem')
  expect((await dcm('echo', 'A@127.0.0.1:1+tls', '--tls-ca', ca)).code).toBe(8)
  await writeFile(ca, 'no certificate')
  expect((await dcm('echo', 'A@127.0.0.1:1+tls', '--tls-ca', ca)).code).not.toBe(0)
})
