import { type AcceptorPolicy, acceptorPolicy, negotiate } from '@dcm/association'
import {
  ExplicitVRLittleEndian,
  ImplicitVRLittleEndian,
  sopClasses,
  transferSyntaxes,
  uidOf,
  UsageError,
  Verification,
} from '@dcm/pdu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { received, request } from './association-pdus.ts'

const CTImageStorage = uidOf('CTImageStorage')
const MRImageStorage = uidOf('MRImageStorage')
const JPEG2000 = uidOf('JPEG2000')
const JPEG2000Lossless = uidOf('JPEG2000Lossless')
const JPEGBaseline8Bit = uidOf('JPEGBaseline8Bit')
const native = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
const archive: AcceptorPolicy = {
  abstractSyntaxes: [
    { abstractSyntax: Verification, transferSyntaxes: native },
    { abstractSyntax: CTImageStorage, transferSyntaxes: [...native, JPEG2000Lossless, JPEGBaseline8Bit] },
  ],
}

/** Result and transfer syntax of each answer. */
const answers = (policy: AcceptorPolicy, asked: ReturnType<typeof request>) =>
  negotiate(asked, policy).presentationContexts.map(({ result, transferSyntax }) => [result, transferSyntax])
const reasons = (policy: AcceptorPolicy, asked: ReturnType<typeof request>) =>
  negotiate(asked, policy).explanations.map(({ reason }) => reason)

describe('presentation contexts', () => {
  it('are answered one by one, in the order proposed, each with its reason', () => {
    const result = negotiate(
      request([
        [CTImageStorage, JPEG2000Lossless, ExplicitVRLittleEndian],
        [MRImageStorage, ExplicitVRLittleEndian],
        [CTImageStorage, JPEG2000],
        [Verification, ImplicitVRLittleEndian],
      ]),
      archive,
    )
    expect(result.presentationContexts).toEqual([
      { presentationContextId: 1, result: 0, transferSyntax: JPEG2000Lossless },
      { presentationContextId: 3, result: 3, transferSyntax: ExplicitVRLittleEndian },
      { presentationContextId: 5, result: 4, transferSyntax: JPEG2000 },
      { presentationContextId: 7, result: 0, transferSyntax: ImplicitVRLittleEndian },
    ])
    expect(result.accepted.map((context) => context.presentationContextId)).toEqual([1, 7])
    expect(result.explanations).toEqual([
      {
        presentationContextId: 1,
        result: 0,
        reason: "JPEG 2000 Image Compression (Lossless Only), the requestor's first choice that is supported",
      },
      { presentationContextId: 3, result: 3, reason: 'MR Image Storage is not supported' },
      {
        presentationContextId: 5,
        result: 4,
        reason: 'no proposed transfer syntax is supported: JPEG 2000 Image Compression',
      },
      {
        presentationContextId: 7,
        result: 0,
        reason: "Implicit VR Little Endian, the requestor's first choice that is supported",
      },
    ])
    expect(result.userInformation).toEqual({})
  })

  it('get the default roles when none were negotiated', () => {
    const { accepted } = negotiate(request([[Verification, ImplicitVRLittleEndian]]), archive)
    expect(accepted).toEqual([
      {
        presentationContextId: 1,
        abstractSyntax: Verification,
        transferSyntax: ImplicitVRLittleEndian,
        roles: { requestor: { scu: true, scp: false }, acceptor: { scu: false, scp: true } },
      },
    ])
  })

  it('with what is no UID are refused alone, and nothing of it is sent back or shown as it is', () => {
    const asked = request([
      ['not a uid\n', ExplicitVRLittleEndian],
      [CTImageStorage, '1..2\r\n', ImplicitVRLittleEndian],
      [CTImageStorage, '1..2\r\n'],
      [CTImageStorage],
    ])
    expect(answers(archive, asked)).toEqual([
      [3, ExplicitVRLittleEndian],
      [0, ImplicitVRLittleEndian],
      [4, ImplicitVRLittleEndian],
      [4, ImplicitVRLittleEndian],
    ])
    expect(reasons(archive, asked)).toEqual([
      String.raw`the abstract syntax "not a uid\x0a" is not a UID`,
      expect.stringContaining('Implicit VR Little Endian'),
      String.raw`no proposed transfer syntax is supported: 1..2\x0d\x0a`,
      'no transfer syntax was proposed',
    ])
  })

  it('name only the first unsupported transfer syntaxes', () => {
    const asked = request([[CTImageStorage, '1.1', '1.2', '1.3', '1.4', '1.5', '1.6']])
    expect(reasons(archive, asked)).toEqual([
      'no proposed transfer syntax is supported: 1.1, 1.2, 1.3, 1.4 and 2 more',
    ])
  })

  it('are none when none were proposed', () => {
    expect(negotiate(request([]), archive)).toEqual({
      presentationContexts: [],
      accepted: [],
      explanations: [],
      userInformation: {},
    })
  })

  it('may be refused by the policy’s last word', () => {
    const policy: AcceptorPolicy = {
      ...archive,
      refuse: (abstractSyntax, { callingAeTitle }) =>
        abstractSyntax === Verification ? undefined : `${callingAeTitle} may not store`,
    }
    const asked = request([
      [Verification, ImplicitVRLittleEndian],
      [CTImageStorage, ImplicitVRLittleEndian],
      [MRImageStorage, ImplicitVRLittleEndian],
    ])
    expect(answers(policy, asked).map(([result]) => result)).toEqual([0, 1, 3])
    expect(reasons(policy, asked)[1]).toBe('MODALITY may not store')
  })

  it('of abstract syntaxes not listed are the hook’s, asked once for each', () => {
    const questions: string[] = []
    const policy: AcceptorPolicy = {
      ...archive,
      otherAbstractSyntax: (abstractSyntax) => {
        questions.push(abstractSyntax)
        return abstractSyntax === '1.2.3' ? { transferSyntaxes: native } : undefined
      },
    }
    const asked = request([
      ['1.2.3', ImplicitVRLittleEndian],
      ['1.2.3', ExplicitVRLittleEndian],
      ['1.2.4', ImplicitVRLittleEndian],
      ['1.2.4', ExplicitVRLittleEndian],
      [Verification, ImplicitVRLittleEndian],
    ])
    expect(answers(policy, asked).map(([result]) => result)).toEqual([0, 0, 3, 3, 0])
    expect(questions).toEqual(['1.2.3', '1.2.4'])
  })
})

describe('the order of transfer syntaxes', () => {
  const asked = request([
    [CTImageStorage, JPEGBaseline8Bit, ImplicitVRLittleEndian, JPEG2000Lossless, ExplicitVRLittleEndian],
    [CTImageStorage, JPEGBaseline8Bit],
  ])
  const ct = {
    abstractSyntax: CTImageStorage,
    transferSyntaxes: archive.abstractSyntaxes[1]?.transferSyntaxes ?? [],
  }

  it.each([
    [undefined, JPEGBaseline8Bit],
    ['requestor', JPEGBaseline8Bit],
    ['acceptor', ExplicitVRLittleEndian],
    ['as-proposed-lossless-first', ImplicitVRLittleEndian],
  ] as const)(
    '%s takes the right one, and the lossy one where there is no other',
    (transferSyntaxOrder, first) => {
      const order = transferSyntaxOrder && { transferSyntaxOrder }
      expect(answers({ abstractSyntaxes: [ct], ...order }, asked)).toEqual([
        [0, first],
        [0, JPEGBaseline8Bit],
      ])
      expect(answers({ abstractSyntaxes: [{ ...ct, ...order }] }, asked)[0]).toEqual([0, first])
    },
  )

  it('of a SOP class goes before the policy’s', () => {
    const policy: AcceptorPolicy = {
      abstractSyntaxes: [{ ...ct, transferSyntaxOrder: 'acceptor' }],
      transferSyntaxOrder: 'requestor',
    }
    expect(answers(policy, asked)[0]).toEqual([0, ExplicitVRLittleEndian])
    expect(reasons(policy, asked)[0]).toContain("acceptor's first choice")
  })

  it('acceptor refuses when there is nothing in common', () => {
    const policy: AcceptorPolicy = { abstractSyntaxes: [ct], transferSyntaxOrder: 'acceptor' }
    expect(answers(policy, request([[CTImageStorage, JPEG2000]]))).toEqual([[4, JPEG2000]])
  })

  it('lossless-first does not trust a private transfer syntax', () => {
    const policy: AcceptorPolicy = {
      abstractSyntaxes: [{ abstractSyntax: CTImageStorage, transferSyntaxes: ['1.2.3', JPEG2000Lossless] }],
      transferSyntaxOrder: 'as-proposed-lossless-first',
    }
    expect(answers(policy, request([[CTImageStorage, '1.2.3', JPEG2000Lossless]]))).toEqual([
      [0, JPEG2000Lossless],
    ])
    expect(answers(policy, request([[CTImageStorage, '1.2.3']]))).toEqual([[0, '1.2.3']])
  })
})

describe('role selection', () => {
  const both = { scu: true, scp: true }
  const policyWith = (requestorRoles?: { scu: boolean; scp: boolean }): AcceptorPolicy => ({
    abstractSyntaxes: [
      { abstractSyntax: CTImageStorage, transferSyntaxes: native, ...(requestorRoles && { requestorRoles }) },
    ],
  })
  const asking = (scuRole: boolean, scpRole: boolean) =>
    request([[CTImageStorage, ImplicitVRLittleEndian]], {
      roleSelections: [{ sopClassUid: CTImageStorage, scuRole, scpRole }],
    })

  it.each([
    // proposed SCU and SCP, supported, granted SCU and SCP
    [true, true, both, true, true],
    [true, true, undefined, true, false],
    [true, true, { scu: false, scp: true }, false, true],
    [true, false, both, true, false],
    [true, false, undefined, true, false],
    [false, true, both, false, true],
  ])('proposed %s %s, supported %o: granted %s %s', (scu, scp, supported, scuRole, scpRole) => {
    const result = negotiate(asking(scu, scp), policyWith(supported))
    expect(result.userInformation.roleSelections).toEqual([{ sopClassUid: CTImageStorage, scuRole, scpRole }])
    expect(result.accepted[0]?.roles).toEqual({
      requestor: { scu: scuRole, scp: scpRole },
      acceptor: { scu: scpRole, scp: scuRole },
    })
  })

  it('refuses the context of a requestor that may have none of the roles it wants', () => {
    const result = negotiate(asking(false, true), policyWith())
    expect(result.presentationContexts[0]?.result).toBe(1)
    expect(result.explanations[0]?.reason).toBe('the requestor may not be SCP, as which it proposed itself')
    expect(result.userInformation).toEqual({})
    expect(negotiate(asking(true, false), policyWith({ scu: false, scp: true })).accepted).toEqual([])
  })

  it.each([
    ['none', request([[CTImageStorage, ImplicitVRLittleEndian]])],
    ['neither', asking(false, false)],
  ])('refuses the context of a requestor that may only be SCP and proposes %s', (_, asked) => {
    const result = negotiate(asked, policyWith({ scu: false, scp: true }))
    expect(result.presentationContexts[0]?.result).toBe(1)
    expect(result.explanations[0]?.reason).toBe(
      'the requestor may not be SCU, which it is unless it proposes another role',
    )
    expect(result.accepted).toEqual([])
  })

  it('takes a proposal of neither role for none', () => {
    const result = negotiate(asking(false, false), policyWith(both))
    expect(result.userInformation).toEqual({})
    expect(result.accepted[0]?.roles.requestor).toEqual({ scu: true, scp: false })
  })

  it('says the roles in the explanation', () => {
    expect(reasons(policyWith(both), asking(true, true))[0]).toContain('; the requestor is SCU and SCP')
  })

  it('is answered once for a SOP class, and not for those not asked for, not accepted or malformed', () => {
    const asked = request(
      [
        [CTImageStorage, ImplicitVRLittleEndian],
        [CTImageStorage, ExplicitVRLittleEndian],
        [Verification, ImplicitVRLittleEndian],
        [MRImageStorage, ImplicitVRLittleEndian],
      ],
      {
        roleSelections: [
          { sopClassUid: CTImageStorage, scuRole: true, scpRole: false },
          { sopClassUid: CTImageStorage, scuRole: true, scpRole: true },
          { sopClassUid: MRImageStorage, scuRole: true, scpRole: true },
          { sopClassUid: JPEG2000, scuRole: true, scpRole: true },
          { sopClassUid: received('no uid'), scuRole: true, scpRole: true },
        ],
      },
    )
    expect(negotiate(asked, archive).userInformation.roleSelections).toEqual([
      { sopClassUid: CTImageStorage, scuRole: true, scpRole: false },
    ])
  })

  it('never grants what was not proposed', () => {
    const roles = fc.record({ scu: fc.boolean(), scp: fc.boolean() })
    fc.assert(
      fc.property(roles, roles, (asked, supported) => {
        const result = negotiate(asking(asked.scu, asked.scp), policyWith(supported))
        for (const { scuRole, scpRole } of result.userInformation.roleSelections ?? []) {
          expect(scuRole && !asked.scu).toBe(false)
          expect(scpRole && !asked.scp).toBe(false)
        }
      }),
    )
  })
})

describe('extended negotiation', () => {
  const policy: AcceptorPolicy = {
    abstractSyntaxes: [
      {
        abstractSyntax: CTImageStorage,
        transferSyntaxes: native,
        extendedNegotiation: (bytes) => (bytes.length > 0 ? bytes.toReversed() : undefined),
      },
      { abstractSyntax: Verification, transferSyntaxes: native },
    ],
  }
  const asking = (...items: (readonly [string, ...number[]])[]) =>
    request(
      [
        [CTImageStorage, ImplicitVRLittleEndian],
        [Verification, ImplicitVRLittleEndian],
        [MRImageStorage, ImplicitVRLittleEndian],
      ],
      {
        extendedNegotiations: items.map(([sopClassUid, ...bytes]) => ({
          sopClassUid: received(sopClassUid),
          serviceClassApplicationInformation: Uint8Array.from(bytes),
        })),
      },
    )

  it('is answered by the SOP class’s hook', () => {
    expect(negotiate(asking([CTImageStorage, 1, 2]), policy).userInformation.extendedNegotiations).toEqual([
      { sopClassUid: CTImageStorage, serviceClassApplicationInformation: Uint8Array.of(2, 1) },
    ])
  })

  it('is not answered without a hook, for what is not accepted, by a hook that has nothing to say, or twice', () => {
    const asked = asking(
      [Verification, 1],
      [MRImageStorage, 1],
      ['no uid', 1],
      [CTImageStorage],
      [CTImageStorage, 1],
    )
    expect(negotiate(asked, policy).userInformation).toEqual({})
  })

  it('of the common kind has no answer', () => {
    const asked = request([[CTImageStorage, ImplicitVRLittleEndian]], {
      commonExtendedNegotiations: [
        { sopClassUid: CTImageStorage, serviceClassUid: CTImageStorage, relatedGeneralSopClassUids: [] },
      ],
    })
    expect(negotiate(asked, policy).userInformation).toEqual({})
  })
})

describe('the asynchronous operations window', () => {
  const asked = (invoked: number, performed: number) =>
    request([[Verification, ImplicitVRLittleEndian]], {
      asynchronousOperationsWindow: {
        maximumNumberOperationsInvoked: invoked,
        maximumNumberOperationsPerformed: performed,
      },
    })
  const granted = (policy: AcceptorPolicy, invoked: number, performed: number) => {
    const window = negotiate(asked(invoked, performed), policy).userInformation.asynchronousOperationsWindow
    return [window?.maximumNumberOperationsInvoked, window?.maximumNumberOperationsPerformed]
  }
  const window = (invoked: number, performed: number): AcceptorPolicy => ({
    ...archive,
    asynchronousOperationsWindow: { invoked, performed },
  })

  it('is not answered when not asked for', () => {
    const { userInformation } = negotiate(request([[Verification, ImplicitVRLittleEndian]]), window(8, 8))
    expect(userInformation).toEqual({})
  })

  it.each([
    // policy, asked, granted
    [archive, [5, 5], [1, 1]],
    [archive, [0, 0], [1, 1]],
    [window(8, 4), [5, 5], [5, 4]],
    [window(0, 0), [5, 7], [5, 7]],
    [window(0, 0), [0, 0], [0, 0]],
    [window(3, 0), [0, 0], [3, 0]],
    [window(3, 0), [65535, 1], [3, 1]],
  ] as const)(
    '%# is never larger than asked for, where 0 is unlimited',
    (policy, [invoked, performed], expected) => {
      expect(granted(policy, invoked, performed)).toEqual(expected)
    },
  )

  it('may be decided by the request, and left unanswered for who cannot bear it', () => {
    const byPeer: AcceptorPolicy = {
      ...archive,
      asynchronousOperationsWindow: ({ callingAeTitle }) =>
        callingAeTitle === 'OLD' ? undefined : { invoked: 4, performed: 4 },
    }
    expect(granted(byPeer, 5, 2)).toEqual([4, 2])
    const old = { ...asked(5, 2), callingAeTitle: 'OLD' }
    expect(negotiate(old, byPeer).userInformation).toEqual({})
    const broken: AcceptorPolicy = {
      ...archive,
      asynchronousOperationsWindow: () => ({ invoked: -1, performed: 1 }),
    }
    expect(() => granted(broken, 5, 2)).toThrow(expect.objectContaining({ code: 'DCM_POLICY_INVALID' }))
  })
})

describe('a policy', () => {
  const invalid = (policy: AcceptorPolicy) => () => acceptorPolicy(policy)
  const ct = { abstractSyntax: CTImageStorage, transferSyntaxes: native }

  it.each([
    [{ abstractSyntaxes: [{ ...ct, abstractSyntax: 'CT' }] }, 'the abstract syntax "CT" is not a UID'],
    [{ abstractSyntaxes: [ct, ct] }, 'is listed twice'],
    [{ abstractSyntaxes: [{ ...ct, transferSyntaxes: [] }] }, 'has no transfer syntax'],
    [{ abstractSyntaxes: [{ ...ct, transferSyntaxes: ['x'] }] }, 'the transfer syntax "x" is not a UID'],
    ...[-1, 1.5, 65536, Number.NaN].flatMap((bad) => [
      [
        { abstractSyntaxes: [ct], asynchronousOperationsWindow: { invoked: bad, performed: 1 } },
        'invoked',
      ] as const,
      [
        { abstractSyntaxes: [ct], asynchronousOperationsWindow: { invoked: 1, performed: bad } },
        'performed',
      ] as const,
    ]),
    // As from JavaScript.
    [
      { abstractSyntaxes: [ct], transferSyntaxOrder: 'accepter' as 'acceptor' },
      'transferSyntaxOrder accepter',
    ],
    [
      { abstractSyntaxes: [{ ...ct, transferSyntaxOrder: 'toString' as 'acceptor' }] },
      'transferSyntaxOrder toString',
    ],
  ] satisfies (readonly [AcceptorPolicy, string])[])(
    '%# that cannot be meant is refused when made',
    (policy, words) => {
      expect(invalid(policy)).toThrow(UsageError)
      expect(invalid(policy)).toThrow(words)
      expect(invalid(policy)).toThrow(expect.objectContaining({ code: 'DCM_POLICY_INVALID' }))
    },
  )

  it('of a whole archive answers 128 contexts of all transfer syntaxes each without a search per pair', () => {
    const everySyntax = transferSyntaxes().map(({ uid }) => uid)
    const storage = sopClasses().map(({ uid }) => uid)
    const answer = acceptorPolicy({
      abstractSyntaxes: storage.map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: everySyntax })),
      transferSyntaxOrder: 'as-proposed-lossless-first',
    })
    const asked = request(storage.slice(0, 128).map((uid) => [uid, ...everySyntax] as const))
    let fastestMs = Infinity
    for (let run = 0; run < 20; run++) {
      const begin = performance.now()
      expect(answer(asked).accepted).toHaveLength(128)
      fastestMs = Math.min(fastestMs, performance.now() - begin)
    }
    // The best of 20 runs takes well under 1 ms: the bound leaves room for a busy machine.
    expect(fastestMs).toBeLessThan(50)
  })

  it('answers whatever was proposed with what was proposed', () => {
    const anyUid = fc.constantFrom(
      CTImageStorage,
      Verification,
      MRImageStorage,
      ...native,
      JPEG2000Lossless,
      'bad',
    )
    const context = fc.tuple(anyUid, anyUid, anyUid)
    fc.assert(
      fc.property(fc.array(context, { maxLength: 128 }), (contexts) => {
        const asked = request(contexts)
        const result = negotiate(asked, archive)
        expect(result.presentationContexts.map((given) => given.presentationContextId)).toEqual(
          asked.presentationContexts.map((given) => given.presentationContextId),
        )
        for (const [index, given] of result.presentationContexts.entries()) {
          if (given.result === 0)
            expect(asked.presentationContexts[index]?.transferSyntaxes).toContain(given.transferSyntax)
        }
        expect(result.accepted).toHaveLength(
          result.presentationContexts.filter(({ result }) => result === 0).length,
        )
      }),
    )
  })
})
