import { once } from 'node:events'
import { expect, test } from 'vitest'
import { closed } from './closed.ts'
import { tappedPair } from './loopback.ts'
import { readAll } from './read-all.ts'
import { site } from './site.ts'
import { archive, modality, upgradeBoth } from './upgrade-both.ts'

test('both sides learn who the other is, nothing more is asked for', async () => {
  const { acceptor, requestor } = await upgradeBoth(archive(), modality())
  expect(acceptor.security).toEqual([
    {
      profile: 'tls',
      protocol: 'TLSv1.3',
      cipherSuite: 'TLS_AES_256_GCM_SHA384',
      confidential: true,
      peer: {
        kind: 'x509',
        name: 'CN=modality',
        alternativeNames: ['DNS:modality.example'],
        fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as string,
      },
    },
  ])
  expect(requestor.security[0]?.peer).toMatchObject({
    name: 'CN=archive',
    alternativeNames: ['DNS:localhost', 'IP Address:127.0.0.1'],
  })
  acceptor.stream.destroy()
  requestor.stream.destroy()
})

test('what one side writes the other reads, and either may end first while the other goes on', async () => {
  for (const [first, second] of [
    ['acceptor', 'requestor'],
    ['requestor', 'acceptor'],
  ] as const) {
    const secured = await upgradeBoth(archive(), modality())
    secured[first].stream.end('question')
    expect(await readAll(secured[second].stream)).toBe('question')
    secured[second].stream.end('answer after your end')
    expect(await readAll(secured[first].stream)).toBe('answer after your end')
    await Promise.all([closed(secured.raw.acceptor.stream), closed(secured.raw.requestor.stream)])
  }
})

test('bytes that arrive with the last handshake message come first on the new stream', async () => {
  const { acceptor, requestor } = await upgradeBoth(archive(), modality())
  // written before the acceptor has read anything at all
  requestor.stream.write('first')
  requestor.stream.end(' second')
  expect(await readAll(acceptor.stream)).toBe('first second')
  acceptor.stream.end()
})

test('destroying the secured stream closes the socket, and the peer is told', async () => {
  const { acceptor, requestor, raw } = await upgradeBoth(archive(), modality())
  acceptor.stream.destroy()
  requestor.stream.resume()
  await Promise.all([closed(raw.acceptor.stream), once(requestor.stream, 'end')])
  requestor.stream.destroy()
  await closed(raw.requestor.stream)
})

test('destroying the socket ends the secured stream, with its error, which need not be heard', async () => {
  const { acceptor, requestor, raw } = await upgradeBoth(archive(), modality())
  raw.acceptor.stream.destroy(new Error('cable cut'))
  await Promise.all([closed(acceptor.stream), closed(raw.acceptor.stream)])
  expect(acceptor.stream.errored?.message).toBe('cable cut')
  requestor.stream.destroy()
})

test('destroying both, in any order and by anybody, does not end the process', async () => {
  for (const role of ['acceptor', 'requestor'] as const) {
    for (const error of [undefined, new Error('cable cut')]) {
      const { acceptor, requestor, raw } = await upgradeBoth(archive(), modality())
      const { stream } = role === 'acceptor' ? acceptor : requestor
      stream.on('error', () => stream.destroy())
      raw[role].stream.destroy(error)
      stream.destroy()
      await Promise.all([closed(stream), closed(raw[role].stream)])
      acceptor.stream.destroy()
      requestor.stream.destroy()
      raw.acceptor.stream.destroy()
      raw.requestor.stream.destroy()
    }
  }
})

test('a record altered on the wire ends the connection with an error on both sides, nothing of it is read', async () => {
  let armed = false
  const wire = tappedPair((chunk) => {
    if (armed) chunk[chunk.length - 1] = ~(chunk[chunk.length - 1] ?? 0)
    return chunk
  })
  const { acceptor, requestor } = await upgradeBoth(archive(), modality(), wire)
  armed = true
  const errors = [acceptor, requestor].map(({ stream }) =>
    once(stream, 'close').catch((error: unknown) => error),
  )
  acceptor.stream.on('data', () => expect.unreachable())
  requestor.stream.resume().write('altered')
  expect(await Promise.all(errors)).toEqual([
    expect.objectContaining({ code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }),
    expect.objectContaining({ code: expect.stringMatching('ALERT_BAD_RECORD_MAC') as string }),
  ])
  await Promise.all([closed(acceptor.stream), closed(requestor.stream)])
})

test('a writer is held back while the reader does not read', async () => {
  const { acceptor, requestor } = await upgradeBoth(archive(), modality())
  const chunk = Buffer.alloc(1 << 20)
  let written = 0
  while (written < 64 && requestor.stream.write(chunk)) written++
  expect(written).toBeLessThan(64)
  const whole = once(requestor.stream, 'drain')
  let read = 0
  acceptor.stream.on('data', (data: Buffer) => (read += data.length))
  await whole
  requestor.stream.end()
  await once(acceptor.stream, 'end')
  expect(read).toBe((written + 1) * chunk.length)
  acceptor.stream.end()
})

test('TLS runs inside TLS, and the list of layers starts at the socket', async () => {
  const outer = await upgradeBoth(archive(), modality())
  const { signal } = new AbortController()
  const elliptic = { identities: [site.ellipticServer], ca: site.ca }
  const [acceptor, requestor] = await Promise.all([
    archive({ credentials: elliptic, profile: 'bcp195-extended' }).upgrade(outer.acceptor, 'acceptor', {
      signal,
    }),
    modality({ profile: 'bcp195-extended' }).upgrade(outer.requestor, 'requestor', { signal }),
  ])
  expect(requestor.security.map(({ protocol, peer }) => `${protocol} ${peer?.name ?? ''}`)).toEqual([
    'TLSv1.3 CN=archive',
    'TLSv1.2 CN=archive-ec',
  ])
  requestor.stream.end('through two layers')
  expect(await readAll(acceptor.stream)).toBe('through two layers')
  acceptor.stream.end()
  await closed(outer.raw.acceptor.stream)
})

test('fifty handshakes run at once', async () => {
  const [acceptor, requestor] = [archive(), modality()]
  const all = await Promise.all(Array.from({ length: 50 }, () => upgradeBoth(acceptor, requestor)))
  await Promise.all(
    all.map(async (secured, index) => {
      secured.requestor.stream.end(String(index))
      expect(await readAll(secured.acceptor.stream)).toBe(String(index))
      secured.acceptor.stream.end()
    }),
  )
})
