import { DimseChannel, uidOf } from '@dcm/dimse'
import {
  createScp,
  dicomJson,
  eventReports,
  find,
  get,
  move,
  normalized,
  type ScpOptions,
  type Service,
  StatusError,
  storage,
  verification,
} from '@dcm/scp'
import { memoryTransport } from '@dcm/testkit'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it, vi } from 'vitest'
import { ask, conversation } from './conversation.ts'
import { echo, store } from './requests.ts'

// What a compiler would say, where there is one.

function refused(code: string) {
  return expect.objectContaining({ name: 'UsageError', code }) as Error
}

const options: ScpOptions = { aeTitle: 'SCP', transport: memoryTransport(), services: [verification()] }
const service: Service = {
  abstractSyntaxes: [{ abstractSyntax: '1.2.3', transferSyntaxes: ['1.2.840.10008.1.2'] }],
  handlers: {},
}
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined }

describe('createScp() refuses', () => {
  it.each<[string, object | undefined]>([
    ['nothing', undefined],
    ['no services', { services: undefined }],
    ['no transport', { transport: undefined }],
    ['the function that makes one', { transport: tcp }],
    ['what only connects', { transport: { connect: () => undefined } }],
    ['a service alone', { services: verification() }],
    ['the function that makes a service', { services: [verification] }],
    ['SOP classes in place of contexts', { services: [{ ...service, abstractSyntaxes: ['1.2.3'] }] }],
    ['a handler of no request', { services: [{ ...service, handlers: { 'C-FIND': () => undefined } }] }],
    ['a handler that is none', { services: [{ ...service, handlers: { 'C-FIND-RQ': {} } }] }],
    ['an AE title that is no text', { aeTitle: 5 }],
    ['a misspelt requireIdentity, with which anybody may call', { requireIdentities: () => false }],
    ['a misspelt checkCalledAeTitle', { checkCalledAETitle: true }],
    ['text for true', { checkCalledAeTitle: 'false' }],
    ['true for a rule', { authorize: true }],
    ['null for a rule', { admit: null }],
    ['text for a number', { maxAssociations: '10' }],
    ['a function for a logger', { logger: () => undefined }],
    ['a logger without a level', { logger: silent }],
    ['AE titles in place of admission', { admission: ['CT-1'] }],
    ['a misspelt list of AE titles', { admission: { callingAETitles: ['CT-1'] } }],
    ['one AE title alone', { admission: { callingAeTitles: 'CT-1' } }],
    ['null for a list', { admission: { callingAeTitles: null } }],
    ['a number for a rate', { admission: { associationRate: 5 } }],
    ['a rate without a burst', { admission: { associationRate: { perSecond: 5 } } }],
    ['a policy without a verifier', { identity: { accept: [1] } }],
    ['a misspelt required, with which nobody has to say who', { identity: { ...policy(), require: true } }],
    ['types by their names', { identity: { ...policy(), accept: ['username'] } }],
  ])('%s', (_what, change) => {
    expect(() => createScp((change && { ...options, ...change }) as never)).toThrow(refused('DCM_OPTION'))
  })

  function policy() {
    return { accept: [1], verify: () => undefined }
  }
})

describe('a service is refused', () => {
  const sopClasses = ['StudyRootQueryRetrieveInformationModelFind']
  const instances = () => []
  it.each<[string, () => unknown]>([
    ['without a store', () => storage({} as never)],
    ['with a function for a store', () => storage({ store: (() => undefined) as never })],
    ['with a store without put()', () => storage({ store: {} as never })],
    ['without SOP classes', () => find({ handler: () => [] } as never)],
    ['with one SOP class alone', () => find({ sopClasses: sopClasses[0], handler: () => [] } as never)],
    ['without a handler', () => find({ sopClasses } as never)],
    ['with the name of a codec', () => find({ sopClasses, handler: () => [], codec: 'dicomJson' } as never)],
    ['with half a codec', () => find({ sopClasses, handler: () => [], codec: { decode: () => 1 } } as never)],
    ['without instances', () => get({ sopClasses } as never)],
    ['without a destination', () => move({ sopClasses, instances } as never)],
    ['without handlers', () => normalized({ sopClasses } as never)],
    [
      'with a handler of no request',
      () => normalized({ sopClasses, handlers: { 'N-GET': () => 1 } } as never),
    ],
    ['without a handler of reports', () => eventReports({ sopClasses } as never)],
  ])('%s', (_what, make) => {
    expect(make).toThrow(refused('DCM_OPTION'))
  })
})

/** The status of a C-ECHO, and what was logged about it. */
async function echoed(handler: (...line: never) => unknown, more: object = {}) {
  const services = [
    { ...verification(), handlers: { 'C-ECHO-RQ': handler as never } } satisfies Service as Service,
  ]
  await using scp = await conversation({ services, ...more })
  const channel = new DimseChannel(await scp.associate(['Verification']))
  const [response] = await ask(channel, echo)
  await channel.release()
  return { status: response?.status, errors: scp.logged.map((fields) => (fields as { err?: unknown }).err) }
}

describe('a handler', () => {
  it.each<[string, (...line: never) => unknown]>([
    ['answers nothing', () => undefined],
    ['promises nothing', () => Promise.resolve()],
    ['answers null', () => null],
    ['answers a number', () => 0],
    ['promises a number', () => Promise.resolve(0)],
    [
      'responds with a number',
      async ({ respond }: { respond: (answer: number) => Promise<void> }) => {
        await respond(0)
      },
    ],
  ])('that %s is answered for, and told so', async (_what, handler) => {
    const { status, errors } = await echoed(handler)
    expect(status).toBe(0x0110)
    expect(errors).toContainEqual(refused('DCM_ANSWER_TYPE'))
  })

  it('that does not wait for a response that cannot be leaves no rejection behind', async () => {
    const { status } = await echoed(({ respond }: { respond: (answer: object) => Promise<void> }) => {
      void respond({ status: 0 })
      void respond({ status: 0 })
      return undefined
    })
    expect(status).toBe(0x0000)
  })

  it('that fails with fields of the wrong kind costs no association', async () => {
    const { status } = await echoed(() => {
      throw new StatusError(0x0124, { errorComment: 5 as never })
    })
    expect(status).toBe(0x0110)
  })

  it.each([new Error('no room for a log'), 28 as unknown as Error])(
    'is not kept from answering by a logger that throws %o',
    async (thrown) => {
      const broken = () => {
        throw thrown
      }
      const logger = { debug: broken, info: broken, warn: broken, error: broken }
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
      try {
        expect((await echoed(broken, { logger })).status).toBe(0x0110)
        expect(warn).toHaveBeenCalledWith(thrown instanceof Error ? thrown : '28')
      } finally {
        warn.mockRestore()
      }
    },
  )

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an object that says no', { allowed: false }],
    ['text', 'no'],
  ])('is not asked when authorize() gives %s', async (_what, answer) => {
    const { status, errors } = await echoed(() => Promise.resolve({ status: 0 }), { authorize: () => answer })
    expect(status).toBe(0x0110)
    expect(errors).toContainEqual(refused('DCM_ANSWER_TYPE'))
  })
})

describe('an association', () => {
  it.each<[string, object]>([
    ['admit() gives false', { admit: () => false }],
    ['admit() gives null', { admit: () => null }],
    ['admit() gives text', { admit: () => 'no' }],
    ['admit() gives half a rejection', { admit: () => ({ result: 1 }) }],
    ['requireIdentity() gives an object', { requireIdentity: () => ({ ok: false }) }],
    ['a rule for AE titles gives nothing', { admission: { callingAeTitles: () => undefined } }],
  ])('is rejected when %s', async (_what, rule) => {
    await using scp = await conversation({ services: [verification()], ...rule })
    await expect(scp.associate(['Verification'])).rejects.toMatchObject({ code: 'DCM_REJECTED' })
    expect(scp.log).toContain('error: an association could not be decided on')
  })
})

describe('a C-STORE', () => {
  const stored = async (put: (instance: never) => unknown) => {
    await using scp = await conversation({ services: [storage({ store: { put: put as never } })] })
    const channel = new DimseChannel(await scp.associate(['CTImageStorage']))
    const [response] = await ask(channel, store, { dataSet: new Uint8Array(200_000) })
    await channel.release()
    return { status: response?.status, errors: scp.logged.map((fields) => (fields as { err?: unknown }).err) }
  }
  interface Given {
    readonly dataSet: { read(): Promise<unknown>; discard(): void }
  }
  const read = async ({ dataSet }: Given) => {
    while (await dataSet.read());
  }

  it.each<[string, (instance: Given) => unknown]>([
    ['not read', () => undefined],
    ['not read, and promised', () => Promise.resolve()],
  ])('is not answered with success when its data set was %s', async (_what, put) => {
    const { status, errors } = await stored(put)
    expect(status).toBe(0xc000)
    expect(errors[1]).toMatchObject({ cause: refused('DCM_DATA_SET_UNREAD') })
  })

  it('is when its data set was read, or discarded', async () => {
    expect(await stored(read as never)).toEqual({ status: 0x0000, errors: [undefined, undefined] })
    const discard = (instance: Given) => {
      instance.dataSet.discard()
    }
    expect((await stored(discard as never)).status).toBe(0x0000)
  })

  it.each([0xa700, 0xb000])('that is handed on is answered as the other SCP did: %i', async (status) => {
    const handOn = async (instance: Given) => {
      await read(instance)
      return { type: 'C-STORE-RSP', status }
    }
    expect((await stored(handOn as never)).status).toBe(status)
  })

  it('is kept when the store answers with a status of HTTP', async () => {
    const upload = async (instance: Given) => {
      await read(instance)
      return { status: 200 }
    }
    expect((await stored(upload as never)).status).toBe(0x0000)
  })
})

describe('a C-FIND', () => {
  const found = async (handler: () => unknown) => {
    const sopClasses = ['StudyRootQueryRetrieveInformationModelFind'] as const
    const services = [find({ sopClasses, codec: dicomJson, handler: handler as never })]
    await using scp = await conversation({ services })
    const channel = new DimseChannel(await scp.associate(sopClasses))
    const affectedSopClassUid = uidOf(sopClasses[0])
    const request = { type: 'C-FIND-RQ', affectedSopClassUid, priority: 'medium' } as const
    const responses = await ask(channel, request, { dataSet: new Uint8Array(0) })
    await channel.release()
    return { statuses: responses.map(({ status }) => status), logged: scp.logged }
  }

  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'DCM_ANSWER_TYPE'],
    ['a promise of an array', () => Promise.resolve([{}]), 'DCM_ANSWER_TYPE'],
    ['text', () => 'text', 'DCM_ANSWER_TYPE'],
    ['a promise for a match', () => [Promise.resolve({})], 'DCM_DATA_SET_INVALID'],
    ['nothing for a match', () => [undefined], 'DCM_DATA_SET_INVALID'],
    ['a number for a match', () => [5], 'DCM_DATA_SET_INVALID'],
  ])('whose handler gives %s has no match', async (_what, handler, code) => {
    const { statuses, logged } = await found(handler)
    expect(statuses).toEqual([0xc000])
    expect(logged).toContainEqual(expect.objectContaining({ err: refused(code) }))
  })
})

describe('a DIMSE-N operation', () => {
  it.each([0x0110, 'no', null])('is no success when its handler answers %j', async (answer) => {
    const sopClasses = ['StorageCommitmentPushModel'] as const
    const handlers = { 'N-ACTION-RQ': (() => Promise.resolve(answer)) as never }
    await using scp = await conversation({ services: [normalized({ sopClasses, handlers })] })
    const channel = new DimseChannel(await scp.associate(sopClasses))
    const [response] = await ask(channel, {
      type: 'N-ACTION-RQ',
      requestedSopClassUid: uidOf('StorageCommitmentPushModel'),
      requestedSopInstanceUid: '1.2.840.10008.1.20.1.1',
      actionTypeId: 1,
    })
    expect(response?.status).toBe(0x0110)
    await channel.release()
  })
})
