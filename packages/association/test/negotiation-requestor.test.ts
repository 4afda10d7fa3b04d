import {
  contextsForInstances,
  formatPlan,
  interpretAnswer,
  maximumPresentationContexts,
  planAssociations,
  proposeContexts,
  proposeRoles,
  type WantedContext,
} from '@dcm/association'
import {
  encodePdu,
  ExplicitVRBigEndian,
  ExplicitVRLittleEndian,
  ImplicitVRLittleEndian,
  parseUid,
  uidOf,
  UsageError,
  Verification,
} from '@dcm/pdu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answer, received, request } from './association-pdus.ts'

const CTImageStorage = uidOf('CTImageStorage')
const MRImageStorage = uidOf('MRImageStorage')
const JPEG2000 = uidOf('JPEG2000')
const JPEGBaseline8Bit = uidOf('JPEGBaseline8Bit')
const native = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
const ct = { abstractSyntax: CTImageStorage, transferSyntaxes: native }
/** So many abstract syntaxes, each wanted with these transfer syntaxes one by one. */
const many = (count: number, ...transferSyntaxes: (typeof JPEG2000)[]): WantedContext[] =>
  Array.from({ length: count }, (_, index) => parseUid(`1.2.3.${String(index)}`)).flatMap((abstractSyntax) =>
    transferSyntaxes.map((syntax) => ({ abstractSyntax, transferSyntaxes: [syntax] })),
  )

describe('proposeContexts', () => {
  it('gives odd ids in order and merges what is equal', () => {
    const echo = {
      abstractSyntax: Verification,
      transferSyntaxes: [ImplicitVRLittleEndian, ImplicitVRLittleEndian],
    }
    const jpeg = { ...ct, transferSyntaxes: [JPEGBaseline8Bit] }
    expect(proposeContexts([echo, ct, jpeg, { ...ct }, echo])).toEqual([
      { presentationContextId: 1, abstractSyntax: Verification, transferSyntaxes: [ImplicitVRLittleEndian] },
      { presentationContextId: 3, ...ct },
      { presentationContextId: 5, ...jpeg },
    ])
  })

  it('keeps apart what differs in the order only', () => {
    expect(proposeContexts([ct, { ...ct, transferSyntaxes: native.toReversed() }])).toHaveLength(2)
  })

  it('fills one association to id 255, and no more', () => {
    const full = many(maximumPresentationContexts, ImplicitVRLittleEndian)
    expect(proposeContexts(full).at(-1)?.presentationContextId).toBe(255)
    const over = () => proposeContexts([...full, ct])
    expect(over).toThrow(UsageError)
    expect(over).toThrow('129 presentation contexts exceed the 128 of one association')
    expect(over).toThrow(expect.objectContaining({ code: 'DCM_TOO_MANY_CONTEXTS' }))
  })

  it('refuses a context without a transfer syntax', () => {
    const empty = () => proposeContexts([{ ...ct, transferSyntaxes: [] }])
    expect(empty).toThrow(expect.objectContaining({ name: 'UsageError', code: 'DCM_CONTEXT_EMPTY' }))
  })
})

describe('proposeRoles', () => {
  const scp = { scu: false, scp: true }

  it('says nothing where nobody asks', () => {
    expect(proposeRoles([ct, { ...ct, transferSyntaxes: [JPEG2000] }])).toEqual([])
  })

  it('joins the roles of one abstract syntax, those taken for granted too', () => {
    const mr = { ...ct, abstractSyntax: MRImageStorage }
    expect(proposeRoles([{ ...ct, roles: scp }, ct, { ...mr, roles: scp }])).toEqual([
      { sopClassUid: CTImageStorage, scuRole: true, scpRole: true },
      { sopClassUid: MRImageStorage, scuRole: false, scpRole: true },
    ])
    expect(proposeRoles([{ ...ct, roles: { scu: true, scp: false } }, ct])).toEqual([
      { sopClassUid: CTImageStorage, scuRole: true, scpRole: false },
    ])
  })

  it('refuses neither role', () => {
    const neither = () => proposeRoles([{ ...ct, roles: { scu: false, scp: false } }])
    expect(neither).toThrow(expect.objectContaining({ name: 'UsageError', code: 'DCM_ROLES_EMPTY' }))
  })
})

describe('contextsForInstances', () => {
  const instances = (...encodings: (readonly [string, typeof JPEG2000])[]) =>
    encodings.map(([sopClass, transferSyntaxUid]) => ({ sopClassUid: parseUid(sopClass), transferSyntaxUid }))
  const wanted = (...encodings: (readonly [string, typeof JPEG2000])[]) =>
    contextsForInstances(instances(...encodings)).map(({ abstractSyntax, transferSyntaxes }) => [
      abstractSyntax,
      ...transferSyntaxes,
    ])

  it('gives each encoding a context of its own, and the uncompressed ones behind', () => {
    expect(
      wanted(
        [CTImageStorage, JPEG2000],
        [MRImageStorage, ExplicitVRLittleEndian],
        [CTImageStorage, JPEGBaseline8Bit],
        [CTImageStorage, JPEG2000],
      ),
    ).toEqual([
      [CTImageStorage, JPEG2000],
      [CTImageStorage, JPEGBaseline8Bit],
      [CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian],
      [MRImageStorage, ExplicitVRLittleEndian],
      [MRImageStorage, ImplicitVRLittleEndian],
    ])
  })

  it('needs nothing behind Implicit VR Little Endian, which everybody has', () => {
    expect(wanted([CTImageStorage, ImplicitVRLittleEndian])).toEqual([
      [CTImageStorage, ImplicitVRLittleEndian],
    ])
    expect(
      wanted([CTImageStorage, ExplicitVRBigEndian], [CTImageStorage, ImplicitVRLittleEndian]),
    ).toHaveLength(2)
  })

  it('wants nothing for nothing', () => {
    expect(wanted()).toEqual([])
  })

  it('offers Implicit VR Little Endian for each SOP class (PS3.5 10.1)', () => {
    const encoding = fc.constantFrom(...native, JPEG2000, JPEGBaseline8Bit, ExplicitVRBigEndian)
    const instance = fc.record({
      sopClassUid: fc.constantFrom(CTImageStorage, MRImageStorage),
      transferSyntaxUid: encoding,
    })
    fc.assert(
      fc.property(fc.array(instance), (sent) => {
        const contexts = contextsForInstances(sent)
        for (const { sopClassUid, transferSyntaxUid } of sent) {
          const own = contexts.filter(({ abstractSyntax }) => abstractSyntax === sopClassUid)
          expect(own.flatMap(({ transferSyntaxes }) => transferSyntaxes)).toContain(ImplicitVRLittleEndian)
          expect(own.map(({ transferSyntaxes }) => transferSyntaxes.join())).toContain(transferSyntaxUid)
        }
      }),
    )
  })
})

describe('planAssociations', () => {
  it('plans nothing for nothing', () => {
    expect(planAssociations([])).toEqual([])
    expect(formatPlan([])).toBe('no associations: nothing is wanted')
  })

  it('splits what does not fit and keeps an abstract syntax together', () => {
    const plan = planAssociations(many(100, JPEG2000, ImplicitVRLittleEndian, JPEGBaseline8Bit))
    expect(plan.map(({ presentationContexts }) => presentationContexts.length)).toEqual([126, 126, 48])
    const homes = new Map<string, Set<number>>()
    for (const [index, { presentationContexts }] of plan.entries()) {
      for (const { abstractSyntax } of presentationContexts) {
        homes.set(abstractSyntax, (homes.get(abstractSyntax) ?? new Set()).add(index))
      }
    }
    expect([...homes.values()].every(({ size }) => size === 1)).toBe(true)
  })

  it('numbers each association from 1', () => {
    const plan = planAssociations(many(129, ImplicitVRLittleEndian))
    expect(plan.map(({ presentationContexts }) => presentationContexts[0]?.presentationContextId)).toEqual([
      1, 1,
    ])
  })

  it('splits an abstract syntax that fills more than one by itself', () => {
    const syntaxes = many(130, ImplicitVRLittleEndian).map(({ abstractSyntax }) => abstractSyntax)
    const plan = planAssociations(syntaxes.map((syntax) => ({ ...ct, transferSyntaxes: [syntax] })))
    expect(plan.map(({ presentationContexts }) => presentationContexts.length)).toEqual([128, 2])
  })

  it('puts the roles where their abstract syntaxes are', () => {
    const plan = planAssociations([
      ...many(128, ImplicitVRLittleEndian),
      { ...ct, roles: { scu: false, scp: true } },
    ])
    expect(plan.map(({ userInformation }) => userInformation)).toEqual([
      {},
      { roleSelections: [{ sopClassUid: CTImageStorage, scuRole: false, scpRole: true }] },
    ])
  })

  it('can be printed', () => {
    const plan = planAssociations([...many(128, JPEG2000), { ...ct, roles: { scu: true, scp: true } }])
    const lines = formatPlan(plan).split('\n')
    expect(lines).toHaveLength(132)
    expect([lines[0], lines[1], ...lines.slice(-3)]).toEqual([
      'association 1 of 2: presentation contexts: 128',
      '    1  1.2.3.0: JPEG 2000 Image Compression',
      'association 2 of 2: presentation contexts: 1',
      '    1  CT Image Storage: Explicit VR Little Endian, Implicit VR Little Endian',
      '       CT Image Storage: as SCU and SCP',
    ])
  })

  it('makes requests that can be encoded, whatever is wanted, and forgets nothing', () => {
    const entry = fc.record({
      abstractSyntax: fc.integer({ min: 0, max: 60 }).map((n) => parseUid(`1.2.${String(n)}`)),
      transferSyntaxes: fc.uniqueArray(fc.constantFrom(...native, JPEG2000, JPEGBaseline8Bit), {
        minLength: 1,
      }),
    })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 400 }), (wanted) => {
        const plan = planAssociations(wanted)
        for (const { presentationContexts, userInformation } of plan) {
          encodePdu({ ...request([]), presentationContexts, userInformation })
        }
        const planned = plan.flatMap(({ presentationContexts }) =>
          presentationContexts.map(({ abstractSyntax, transferSyntaxes }) =>
            [abstractSyntax, ...transferSyntaxes].join(),
          ),
        )
        const asked = wanted.map(({ abstractSyntax, transferSyntaxes }) =>
          [abstractSyntax, ...transferSyntaxes].join(),
        )
        expect(planned.toSorted()).toEqual([...new Set(asked)].toSorted())
      }),
      { numRuns: 50 },
    )
  })
})

describe('interpretAnswer', () => {
  const asked = request([
    [CTImageStorage, JPEG2000, ExplicitVRLittleEndian],
    [Verification, ImplicitVRLittleEndian],
    [MRImageStorage, ImplicitVRLittleEndian],
  ])

  it('gives accepted contexts by id, and says what came of each', () => {
    const read = interpretAnswer(
      asked,
      answer([
        [5, 3, ImplicitVRLittleEndian],
        [3, 0, ImplicitVRLittleEndian],
        [1, 0, ExplicitVRLittleEndian],
      ]),
    )
    expect([...read.contexts.values()]).toEqual([
      {
        presentationContextId: 1,
        abstractSyntax: CTImageStorage,
        transferSyntax: ExplicitVRLittleEndian,
        roles: { requestor: { scu: true, scp: false }, acceptor: { scu: false, scp: true } },
      },
      expect.objectContaining({ presentationContextId: 3, transferSyntax: ImplicitVRLittleEndian }),
    ])
    expect(read.explanations).toEqual([
      { presentationContextId: 1, result: 0, reason: 'Explicit VR Little Endian' },
      { presentationContextId: 3, result: 0, reason: 'Implicit VR Little Endian' },
      { presentationContextId: 5, result: 3, reason: 'abstract-syntax-not-supported' },
    ])
    expect(read).toMatchObject({
      violations: [],
      remarks: [],
      asynchronousOperationsWindow: { invoked: 1, performed: 1 },
    })
  })

  it('takes no answer for a refusal', () => {
    const read = interpretAnswer(asked, answer([[1, 0, JPEG2000]]))
    expect([...read.contexts.keys()]).toEqual([1])
    expect(read.explanations[1]).toEqual({
      presentationContextId: 3,
      result: 2,
      reason: 'not answered, which is taken for a refusal',
    })
    expect(read.violations).toEqual([])
    expect(read.remarks).toEqual([
      'presentation context 3 was not answered',
      'presentation context 5 was not answered',
    ])
  })

  it.each([
    [[[7, 0, ImplicitVRLittleEndian]], 'presentation context 7 was not proposed'],
    [[[255, 3, ImplicitVRLittleEndian]], 'presentation context 255 was not proposed'],
    [
      [[1, 0, ImplicitVRLittleEndian]],
      'presentation context 1 was accepted with a transfer syntax that was not proposed',
    ],
    [[[1, 0, '']], 'presentation context 1 was accepted with a transfer syntax that was not proposed'],
    [[[1, 0, 'x\n']], 'presentation context 1 was accepted with a transfer syntax that was not proposed'],
  ] as const)('%# finds what the request does not allow', (contexts, violation) => {
    const read = interpretAnswer(asked, answer([...contexts, [3, 0, ImplicitVRLittleEndian]]))
    expect(read.violations).toEqual([violation])
    expect([...read.contexts.keys()]).toEqual([3])
  })

  it.each([
    [{ protocolVersion: 0 }, ['protocol version 1 is not among those answered']],
    [{ protocolVersion: 0xfffe }, ['protocol version 1 is not among those answered']],
    [{ protocolVersion: 0xffff }, []],
    [
      { applicationContextName: received('1.2.3\n') },
      [String.raw`the application context "1.2.3\x0a" was not proposed`],
    ],
  ])('%# cannot work by %o', (change, violations) => {
    const answered = { ...answer([[1, 0, JPEG2000]]), ...change }
    expect(interpretAnswer(asked, answered).violations).toEqual(violations)
  })

  it('does not read the transfer syntax of a refusal', () => {
    expect(interpretAnswer(asked, answer([[1, 4, 'x']])).violations).toEqual([])
  })

  it('gives no context for what is no UID', () => {
    const odd = request([['no uid', ImplicitVRLittleEndian]])
    expect(interpretAnswer(odd, answer([[1, 0, ImplicitVRLittleEndian]]))).toMatchObject({
      contexts: new Map(),
      violations: ['presentation context 1 was accepted although its abstract syntax is not a UID'],
    })
  })

  describe('roles', () => {
    const role = (scuRole: boolean, scpRole: boolean, sopClass: string = CTImageStorage) => ({
      roleSelections: [{ sopClassUid: received(sopClass), scuRole, scpRole }],
    })
    const read = (ours: ReturnType<typeof role> | undefined, theirs: ReturnType<typeof role> | undefined) => {
      const { contexts, remarks } = interpretAnswer(
        request([[CTImageStorage, ImplicitVRLittleEndian]], ours),
        answer([[1, 0, ImplicitVRLittleEndian]], theirs),
      )
      return { roles: contexts.get(1)?.roles.requestor, remarks }
    }
    const notAsked = ['roles were answered that were not proposed, for 1 SOP classes']

    it.each([
      // proposed, answered, in force, remarks
      [undefined, undefined, { scu: true, scp: false }, []],
      [role(true, true), undefined, { scu: true, scp: false }, []],
      [role(true, true), role(true, true), { scu: true, scp: true }, []],
      [role(true, true), role(false, true), { scu: false, scp: true }, []],
      [role(false, true), role(false, true), { scu: false, scp: true }, []],
      [role(false, true), role(false, false), { scu: false, scp: false }, []],
      [role(true, false), role(true, true), { scu: true, scp: false }, notAsked],
      [role(false, true), role(true, true), { scu: false, scp: true }, notAsked],
      [undefined, role(false, true), { scu: true, scp: false }, notAsked],
      [role(true, true), role(true, true, MRImageStorage), { scu: true, scp: false }, notAsked],
    ])('%# are those that both sides said', (ours, theirs, roles, remarks) => {
      expect(read(ours, theirs)).toEqual({ roles, remarks })
    })
  })

  describe('the asynchronous operations window', () => {
    const window = (invoked: number, performed: number) => ({
      asynchronousOperationsWindow: {
        maximumNumberOperationsInvoked: invoked,
        maximumNumberOperationsPerformed: performed,
      },
    })
    const read = (
      ours: ReturnType<typeof window> | undefined,
      theirs: ReturnType<typeof window> | undefined,
    ) => {
      const result = interpretAnswer(
        request([[Verification, ImplicitVRLittleEndian]], ours),
        answer([[1, 0, ImplicitVRLittleEndian]], theirs),
      )
      const { invoked, performed } = result.asynchronousOperationsWindow
      return [invoked, performed, ...result.remarks]
    }
    const larger = 'the asynchronous operations window answered is larger than the one asked for'

    it.each([
      // asked, answered, in force and remarks
      [undefined, undefined, [1, 1]],
      [window(5, 5), undefined, [1, 1]],
      [window(5, 5), window(3, 1), [3, 1]],
      [window(0, 0), window(0, 7), [0, 7]],
      [window(5, 5), window(8, 5), [5, 5, larger]],
      [window(5, 5), window(5, 8), [5, 5, larger]],
      [window(5, 5), window(0, 0), [5, 5, larger]],
      [
        undefined,
        window(8, 8),
        [1, 1, 'an asynchronous operations window was answered that was not asked for'],
      ],
    ])('%# is the smaller one', (ours, theirs, expected) => {
      expect(read(ours, theirs)).toEqual(expected)
    })
  })

  describe('extended negotiation', () => {
    const extended = (...sopClasses: string[]) => ({
      extendedNegotiations: sopClasses.map((sopClass) => ({
        sopClassUid: received(sopClass),
        serviceClassApplicationInformation: Uint8Array.of(1),
      })),
    })
    const common = {
      commonExtendedNegotiations: [
        {
          sopClassUid: received(CTImageStorage),
          serviceClassUid: received(CTImageStorage),
          relatedGeneralSopClassUids: [],
        },
      ],
    }
    const beyond = (count: number) => [
      `extended negotiation was answered that was not proposed, for ${String(count)} SOP classes`,
    ]

    it.each([
      // proposed, answered, remarks
      [{}, {}, []],
      [extended(CTImageStorage), {}, []],
      [extended(CTImageStorage), extended(CTImageStorage), []],
      [{}, extended(CTImageStorage), beyond(1)],
      [extended(CTImageStorage), extended(CTImageStorage, MRImageStorage), beyond(1)],
      [common, common, beyond(1)],
    ])('%# answered beyond what was proposed is remarked on', (ours, theirs, remarks) => {
      const asked = request([[CTImageStorage, ImplicitVRLittleEndian]], ours)
      expect(interpretAnswer(asked, answer([[1, 0, ImplicitVRLittleEndian]], theirs)).remarks).toEqual(
        remarks,
      )
    })
  })

  describe('the user identity', () => {
    const identity = (positiveResponseRequested: boolean) => ({
      userIdentity: {
        userIdentityType: 1,
        positiveResponseRequested,
        primaryField: new Uint8Array(1),
        secondaryField: new Uint8Array(0),
      },
    })
    const confirmed = { userIdentityResponse: { serverResponse: new Uint8Array(0) } }
    const contexts = [[1, 0, ImplicitVRLittleEndian]] as const
    const unconfirmed = 'the user identity was not confirmed, although a positive response was asked for'

    it.each([
      [identity(true), confirmed, []],
      [identity(true), {}, [unconfirmed]],
      [identity(false), {}, []],
      [{}, {}, []],
    ])('%# that should be confirmed and is not is remarked on', (ours, theirs, remarks) => {
      const asked = request([[Verification, ImplicitVRLittleEndian]], ours)
      expect(interpretAnswer(asked, answer(contexts, theirs)).remarks).toEqual(remarks)
    })
  })
})
