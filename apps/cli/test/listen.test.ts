import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { uidOf } from '@dcm/pdu'
import { associate } from '@dcm/scu'
import { tcp } from '@dcm/transport-tcp'
import { dcm, objects, startDcm } from './dcm.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { type Program, ran } from './program.ts'
import { runHere } from './run-here.ts'
import { queryable, sample } from './samples.ts'

/** `dcm listen` on a free port, with its folder. */
async function startListen(...options: string[]) {
  const folder = await temporaryFolder()
  const listen = startDcm(['listen', 'ME@127.0.0.1:0', '-o', folder.path, ...options])
  const [, port = ''] = await listen.printed(/127\.0\.0\.1(?::|","port":)(\d+)/)
  return {
    listen,
    port,
    folder: folder.path,
    [Symbol.asyncDispose]: async () => {
      await listen[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function stopped(listen: Program) {
  listen.child.kill('SIGINT')
  return listen.ended
}

describe('dcm listen with DCMTK', () => {
  it('answers echoscu and the abort of termscu, and goes on', async () => {
    await using me = await startListen()
    expect((await ran('echoscu', '-aec', 'ME', '127.0.0.1', me.port)).code).toBe(0)
    await ran('termscu', '127.0.0.1', me.port)
    expect((await ran('echoscu', '-aec', 'ME', '127.0.0.1', me.port)).code).toBe(0)
    const { code, stderr } = await stopped(me.listen)
    expect(stderr).toContain(`0 objects, 0 B in ${me.folder}`)
    expect(code).toBe(0)
  })

  it('keeps what storescu and dcmsend send, and tells of each association', async () => {
    await using me = await startListen()
    expect((await ran('storescu', '127.0.0.1', me.port, ...queryable.slice(0, 3))).code).toBe(0)
    expect((await ran('dcmsend', '127.0.0.1', me.port, ...queryable.slice(3))).code).toBe(0)
    await me.listen.printed(/✓ STORESCU {2}3 objects, .*\n(.*\n)*.*✓ DCMSEND {2}2 objects, /)
    expect((await stopped(me.listen)).code).toBe(0)
    expect(await dicomFilesIn(me.folder)).toHaveLength(5)
  })

  it('says why it could not keep an object, and ends with 8', async () => {
    await using me = await startListen()
    const inTheWay = join(me.folder, '1.3.6.1.4.1.5962.1.2.1.20040119072730.12322')
    await writeFile(inTheWay, '')
    await ran('storescu', '127.0.0.1', me.port, sample('CT_small.dcm'))
    await me.listen.printed(/✗ STORESCU {2}0 objects, 0 B in .*, 1 failed\n/)
    const { code, stderr } = await stopped(me.listen)
    expect(stderr).toContain(`an operation was refused: ${inTheWay}`)
    expect(stderr).toContain(`0 objects, 0 B in ${me.folder}, 1 failed\ndcm: ${inTheWay}`)
    expect(code).toBe(8)
  })

  it('ends with 1 when an object came in part', async () => {
    await using me = await startListen()
    await using association = await associate({
      to: { host: '127.0.0.1', port: Number(me.port) },
      transport: tcp(),
      callingAeTitle: 'SCU',
      calledAeTitle: 'ME',
      contexts: [{ abstractSyntax: uidOf('CTImageStorage') }],
    })
    const runs = [[Buffer.from('20000d0004000000312e3200', 'hex')]]
    const broken = new Error('the disk of the sender broke')
    const dataSet = {
      // What is there leaves before what is not.
      read: () =>
        runs.length > 0 ? Promise.resolve(runs.pop()) : setImmediate().then(() => Promise.reject(broken)),
    }
    const instance = {
      sopClassUid: uidOf('CTImageStorage'),
      sopInstanceUid: '1.2.3',
      transferSyntaxUid: uidOf('ImplicitVRLittleEndian'),
      dataSet,
    }
    await expect(association.store(instance)).rejects.toBe(broken)
    await me.listen.printed(/✗ SCU .* 1 failed, aborted\n/)
    const { code, stderr } = await stopped(me.listen)
    expect(stderr).toContain(`0 objects, 0 B in ${me.folder}, 1 failed\n`)
    expect(code).toBe(1)
  })

  it('ends with 141 when nobody reads what it prints, and keeps what came', async () => {
    await using me = await startListen('--verbose')
    me.listen.child.stdout.destroy()
    expect((await ran('storescu', '127.0.0.1', me.port, sample('CT_small.dcm'))).code).toBe(0)
    expect((await me.listen.ended).code).toBe(141)
    expect(await dicomFilesIn(me.folder)).toHaveLength(1)
  })

  it('keeps compressed objects as they are, and ends after --max', async () => {
    await using me = await startListen('--max', '1', '--json')
    expect((await ran('storescu', '-xw', '127.0.0.1', me.port, sample('JPEG2000.dcm'))).code).toBe(0)
    const outcome = await me.listen.ended
    expect(outcome.code).toBe(0)
    const told = objects(outcome)
    expect(told.map(({ type }) => type)).toEqual(['listening', 'stored', 'association'])
    expect(told[1]).toMatchObject({ transferSyntaxUid: '1.2.840.10008.1.2.4.91', callingAeTitle: 'STORESCU' })
  })

  it('refuses who calls it by another name, when told to', async () => {
    await using me = await startListen('--check-called-aet')
    expect((await ran('echoscu', '-aec', 'OTHER', '127.0.0.1', me.port)).stderr).toContain(
      'Called AE Title Not Recognized',
    )
    await me.listen.printed(/ECHOSCU at 127\.0\.0\.1:\d+: association rejected: it called OTHER\n/)
    expect((await ran('echoscu', '-aec', 'ME', '127.0.0.1', me.port)).code).toBe(0)
  })
})

describe('dcm listen with TLS', () => {
  it('takes who has a certificate of the CA, DCMTK and us, and nobody else', async () => {
    await using certs = await temporaryFolder()
    const out = ['-o', certs.path]
    expect((await runHere('certs', 'ca', ...out)).code).toBe(0)
    expect((await runHere('certs', 'server', 'me', '--host', '127.0.0.1', ...out)).code).toBe(0)
    expect((await runHere('certs', 'client', 'ct', ...out)).code).toBe(0)
    const file = (name: string) => join(certs.path, name)
    const as = (name: string) => ['--tls-key', file(`${name}.key.pem`), '--tls-cert', file(`${name}.pem`)]
    const ca = ['--tls-ca', file('ca.pem')]
    await using folder = await temporaryFolder()
    await using listen = startDcm(['listen', 'ME@127.0.0.1:0+tls', '-o', folder.path, ...as('me'), ...ca])
    const [, port = ''] = await listen.printed(/127\.0\.0\.1:(\d+)/)
    const address = `ME@127.0.0.1:${port}+tls`
    const ours = await dcm('send', address, queryable[0] ?? '', ...as('ct'), ...ca)
    expect(ours.stdout).toContain('has 1 of 1 file')
    const theirs = await ran(
      'echoscu',
      '+tls',
      file('ct.key.pem'),
      file('ct.pem'),
      '+cf',
      file('ca.pem'),
      '127.0.0.1',
      port,
    )
    expect(theirs.code, theirs.stderr).toBe(0)
    const anonymous = await dcm('echo', address, ...ca)
    expect(anonymous.stderr).toMatch(/certificate/)
    expect([4, 7]).toContain(anonymous.code)
    const plain = await dcm('echo', `ME@127.0.0.1:${port}`)
    expect(plain.stderr).toContain('TLS')
    expect(plain.code).toBe(7)
    const wrongName = await dcm('echo', address, ...as('ct'), ...ca, '--tls-name', 'other.example')
    expect(wrongName.code).toBe(4)
    // Three RSA keys and seven processes, on a busy computer.
  }, 120_000)
})

it('says that the port is taken', async () => {
  await using me = await startListen()
  const { code, stderr } = await dcm('listen', `ME@127.0.0.1:${me.port}`, '-o', me.folder)
  expect(stderr).toContain('cannot be listened on: the port is in use; choose another one.')
  expect(code).toBe(3)
})

it('says that the folder cannot be made', async () => {
  const { code, stderr } = await dcm('listen', 'ME@127.0.0.1:0', '-o', join(sample('README.md'), 'x'))
  expect(stderr).toContain('a part of the path is no folder')
  expect(code).toBe(8)
})

it('says that a file stands where its folder should be', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  const { code, stderr } = await dcm('listen', 'ME@127.0.0.1:0', '-o', file)
  expect(stderr).toBe(`dcm: ${file} is a file, and a folder is needed; check the path.\n`)
  expect(code).toBe(8)
})
