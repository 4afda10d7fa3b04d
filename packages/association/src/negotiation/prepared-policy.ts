import { type AssociateRq, isUid, type Uid, UsageError } from '@dcm/pdu'
import { optionFault, type OptionKinds } from '@dcm/transport'
import type { AcceptorPolicy, SupportedAbstractSyntax, TransferSyntaxOrder } from './acceptor-policy.ts'
import { synchronousWindow, type OperationsWindow } from './operations-window.ts'
import { defaultRoles, type ServiceRoles } from './service-roles.ts'

/** A policy with its defaults filled in and its look-ups built, so that a request costs no search through it. */
export interface PreparedPolicy {
  readonly syntaxes: ReadonlyMap<string, PreparedSyntax>
  readonly otherAbstractSyntax: (abstractSyntax: string) => PreparedSyntax | undefined
  readonly refuse: AcceptorPolicy['refuse']
  readonly window: (request: AssociateRq) => OperationsWindow | undefined
}

/** What is taken for one abstract syntax. */
export interface PreparedSyntax {
  readonly transferSyntaxes: ReadonlySet<Uid>
  readonly transferSyntaxOrder: TransferSyntaxOrder
  readonly requestorRoles: ServiceRoles
  readonly extendedNegotiation: SupportedAbstractSyntax['extendedNegotiation']
}

type Supported = Omit<SupportedAbstractSyntax, 'abstractSyntax'>

/** Who writes JavaScript has no compiler to tell that a misspelt `refuse` refuses nobody. */
const policyKinds = {
  abstractSyntaxes: 'array',
  otherAbstractSyntax: 'function',
  transferSyntaxOrder: 'any',
  refuse: 'function',
  asynchronousOperationsWindow: 'object|function',
} as const satisfies OptionKinds<AcceptorPolicy>

/** @throws UsageError `DCM_POLICY_INVALID` */
export function preparePolicy(policy: AcceptorPolicy): PreparedPolicy {
  const fault = optionFault('it', policy, policyKinds, ['abstractSyntaxes'])
  if (fault !== undefined) throw invalid(fault)
  // An archive lists the same transfer syntaxes for each of its 200 SOP classes: one set will do.
  const sets = new Map<readonly string[], ReadonlySet<Uid>>()
  const prepare = (abstractSyntax: string, supported: Supported): PreparedSyntax => ({
    transferSyntaxes: sets.get(supported.transferSyntaxes) ?? transferSyntaxSet(abstractSyntax, supported),
    transferSyntaxOrder: requireOrder(
      supported.transferSyntaxOrder ?? policy.transferSyntaxOrder ?? 'requestor',
    ),
    requestorRoles: supported.requestorRoles ?? defaultRoles.requestor,
    extendedNegotiation: supported.extendedNegotiation,
  })
  const syntaxes = new Map<string, PreparedSyntax>()
  for (const entry of policy.abstractSyntaxes) {
    const { abstractSyntax } = Object(entry) as SupportedAbstractSyntax
    requireUid(abstractSyntax, 'abstract syntax')
    if (syntaxes.has(abstractSyntax)) throw invalid(`the abstract syntax ${abstractSyntax} is listed twice`)
    const prepared = prepare(abstractSyntax, entry)
    sets.set(entry.transferSyntaxes, prepared.transferSyntaxes)
    syntaxes.set(abstractSyntax, prepared)
  }
  return {
    syntaxes,
    otherAbstractSyntax: (abstractSyntax) => {
      const supported = policy.otherAbstractSyntax?.(abstractSyntax)
      return supported && prepare(abstractSyntax, supported)
    },
    refuse: policy.refuse,
    window: prepareWindow(policy.asynchronousOperationsWindow ?? synchronousWindow),
  }
}

function transferSyntaxSet(abstractSyntax: string, { transferSyntaxes }: Supported): ReadonlySet<Uid> {
  if (!Array.isArray(transferSyntaxes) || transferSyntaxes.length === 0) {
    throw invalid(`the abstract syntax ${abstractSyntax} has no transfer syntax; one is needed at least`)
  }
  return new Set(transferSyntaxes.map((syntax: string) => requireUid(syntax, 'transfer syntax')))
}

const orders: readonly TransferSyntaxOrder[] = ['requestor', 'acceptor', 'as-proposed-lossless-first']

function requireOrder(order: TransferSyntaxOrder): TransferSyntaxOrder {
  if (orders.includes(order)) return order
  throw invalid(`transferSyntaxOrder ${order} is none; allowed are ${orders.join(', ')}`)
}

function requireUid(text: string, field: string): Uid {
  if (isUid(text)) return text
  const given: unknown = text
  const shown = typeof given === 'string' ? JSON.stringify(text.slice(0, 64)) : `of type ${typeof given}`
  throw invalid(`the ${field} ${shown} is not a UID`)
}

function prepareWindow(
  window: NonNullable<AcceptorPolicy['asynchronousOperationsWindow']>,
): PreparedPolicy['window'] {
  if (typeof window === 'function') {
    return (request) => {
      const granted = window(request)
      return granted && requireWindow(granted)
    }
  }
  requireWindow(window)
  return () => window
}

function requireWindow(window: OperationsWindow): OperationsWindow {
  requireCount('invoked', window.invoked)
  requireCount('performed', window.performed)
  return window
}

/** PS3.7 Table D.3-7: two bytes. */
function requireCount(field: string, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff) return
  throw invalid(
    `asynchronousOperationsWindow.${field} ${String(value)} is out of range; allowed are 0 to 65535`,
  )
}

function invalid(what: string): UsageError {
  return new UsageError(`the acceptor policy is not valid: ${what}`, 'DCM_POLICY_INVALID')
}
