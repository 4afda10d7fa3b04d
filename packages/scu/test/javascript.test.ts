import {
  associate,
  type AssociateOptions,
  AssociationPool,
  contextsForGet,
  queryModels,
  storageCommitment,
} from '@dcm/scu'
import { memoryTransport } from '@dcm/testkit'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it } from 'vitest'
import { ctImageStorage, served, verification } from './served.ts'

// What a compiler would say, where there is one.

function refused(code: string) {
  return { name: 'UsageError', code }
}

const { studyRoot } = queryModels
const nowhere: AssociateOptions = {
  to: { host: 'nowhere', port: 104 },
  transport: memoryTransport(),
  callingAeTitle: 'SCU',
  calledAeTitle: 'SCP',
  contexts: [{ abstractSyntax: verification }],
}

describe('associate()', () => {
  it.each<[string, object | undefined]>([
    ['nothing', undefined],
    ['no address', { to: undefined }],
    ['an address of text', { to: 'archive:104' }],
    ['no transport', { transport: undefined }],
    ['the function that makes one', { transport: tcp }],
    ['what only listens', { transport: { listen: () => undefined } }],
    ['one context alone', { contexts: { abstractSyntax: verification } }],
    ['one UID alone', { contexts: verification }],
    [
      'one transfer syntax alone',
      { contexts: [{ abstractSyntax: verification, transferSyntaxes: '1.2.840.10008.1.2' }] },
    ],
    [
      'text for extended negotiation',
      { contexts: [{ abstractSyntax: verification, extendedNegotiation: '1' }] },
    ],
    ['one instance alone', { instances: { sopClassUid: ctImageStorage } }],
    ['an AbortController', { signal: new AbortController() }],
    ['null for a signal', { signal: null }],
    ['an object for a function', { onEventReport: {} }],
    ['a user identity of text', { userIdentity: 'joe' }],
    ['a user identity without its kind', { userIdentity: { username: 'joe' } }],
    ['a user identity of another kind', { userIdentity: { kind: 'basic', token: 'x' } }],
    ['a user identity without its token', { userIdentity: { kind: 'jwt' } }],
    ['a misspelt passcode', { userIdentity: { kind: 'username', username: 'joe', password: 'x' } }],
    ['a passcode that is a number', { userIdentity: { kind: 'username', username: 'joe', passcode: 1234 } }],
  ])('refuses %s before it connects', async (_what, change) => {
    const options = (change && { ...nowhere, ...change }) as AssociateOptions
    await expect(associate(options)).rejects.toMatchObject(refused('DCM_OPTION'))
  })

  it.each<[string, object, string]>([
    ['no AE title', { callingAeTitle: undefined }, 'DCM_AE_TITLE_INVALID'],
    ['UIDs in place of contexts', { contexts: [verification] }, 'DCM_UID_INVALID'],
    ['a query model in place of a context', { contexts: [studyRoot] }, 'DCM_UID_INVALID'],
    ['paths in place of instances', { instances: ['/data/1.dcm'] }, 'DCM_UID_INVALID'],
  ])('refuses %s before it connects', async (_what, change, code) => {
    await expect(associate({ ...nowhere, ...change })).rejects.toMatchObject(refused(code))
  })
})

describe('an operation', () => {
  const sink = { put: () => Promise.resolve() }

  it.each<[string, unknown]>([
    ['null for options', null],
    ['a signal in place of options', new AbortController().signal],
    ['an AbortController', { signal: new AbortController() }],
  ])('is not begun with %s', async (_what, options) => {
    const { scu } = await served()
    const given = options as never
    for (const begun of [
      () => scu.echo(given),
      () => scu.store('/nothing.dcm', given),
      () => scu.nGet({ sopClassUid: verification, sopInstanceUid: '1.2' }, given),
    ]) {
      await expect(begun()).rejects.toMatchObject(refused('DCM_OPTION'))
    }
    for (const begun of [
      () => scu.find(studyRoot, {}, given),
      () => scu.move(studyRoot, 'ELSEWHERE', {}, given),
      () => scu.get(studyRoot, {}, sink, given),
    ]) {
      expect(begun).toThrow(expect.objectContaining(refused('DCM_OPTION')) as Error)
    }
    expect(scu.outstandingOperations).toBe(0)
    await scu.release()
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'DCM_OPTION'],
    ['null', null, 'DCM_OPTION'],
    ['the bytes of a file', new Uint8Array(2), 'DCM_OPTION'],
    ['a URL', new URL('file:///1.dcm'), 'DCM_OPTION'],
    [
      'an instance without its SOP class',
      { sopClassUid: undefined, dataSet: new Uint8Array(2) },
      'DCM_UID_INVALID',
    ],
  ])('store() refuses %s', async (_what, instance, code) => {
    const { scu } = await served()
    await expect(scu.store(instance as never)).rejects.toMatchObject(refused(code))
    await scu.release()
  })

  it.each<[string, unknown]>([
    ['no keys', undefined],
    ['keys that are null', null],
    ['keys of text', 'PatientID=7'],
    ['bytes alone', new Uint8Array(2)],
    ['a Map of keys, which would ask for everything', new Map([['PatientID', '7']])],
  ])('find() refuses %s', async (_what, keys) => {
    const { scu } = await served()
    const found = scu.find(studyRoot, keys as never)
    await expect(found.final()).rejects.toMatchObject(refused('DCM_DATA_SET_INVALID'))
    await scu.release()
  })

  it('find() takes for keywords what has no bytes', async () => {
    const { scu } = await served()
    const keys = { transferSyntaxUid: '1.2.840.10008.1.2', bytes: [1, 2] }
    await expect(scu.find(studyRoot, keys).final()).rejects.toMatchObject(refused('DCM_KEYWORD_UNKNOWN'))
    await scu.release()
  })

  it('refuses what is no model and no sink, and an answer to the unexpected that would take anything', async () => {
    const { scu } = await served()
    const wrong = expect.objectContaining(refused('DCM_OPTION')) as Error
    const noModel = expect.objectContaining(refused('DCM_MODEL_WITHOUT_SERVICE')) as Error
    expect(() => scu.find(studyRoot.find as never, {})).toThrow(noModel)
    expect(() => scu.move(undefined as never, 'ELSEWHERE', {})).toThrow(noModel)
    expect(() => scu.get(studyRoot, {}, undefined as never)).toThrow(wrong)
    expect(() => scu.get(studyRoot, {}, sink.put as never)).toThrow(wrong)
    expect(() => scu.get(studyRoot, {}, sink, { unexpected: 'reject' as never })).toThrow(wrong)
    expect(() => contextsForGet(studyRoot, { sopClasses: ctImageStorage as never })).toThrow(wrong)
    expect(() => contextsForGet(undefined as never)).toThrow(noModel)
    await scu.release()
  })

  it.each<[string, unknown, unknown]>([
    ['no transaction', undefined, [{ sopClassUid: ctImageStorage, sopInstanceUid: '1.2' }]],
    ['UIDs in place of references', '1.2.3', ['1.2']],
    ['a reference without its instance', '1.2.3', [{ sopClassUid: ctImageStorage }]],
  ])('a storage commitment refuses %s', (_what, uid, instances) => {
    expect(() => storageCommitment.request(uid as never, instances as never)).toThrow(
      expect.objectContaining(refused('DCM_UID_INVALID')) as Error,
    )
  })
})

it('a pool refuses a use without a function before it connects', async () => {
  await using pool = new AssociationPool()
  await expect(pool.use(nowhere, undefined as never)).rejects.toMatchObject(refused('DCM_OPTION'))
  await expect(pool.use(undefined as never, () => Promise.resolve())).rejects.toMatchObject(
    refused('DCM_OPTION'),
  )
})
