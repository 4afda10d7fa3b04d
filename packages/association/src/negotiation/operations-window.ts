import type { AsynchronousOperationsWindow } from '@dcm/pdu'

/**
 * How many operations may be outstanding at once, 0 = unlimited (PS3.7 D.3.3.3). *Invoked* are those of the side that the value
 * is told for, *performed* those of its peer.
 */
export interface OperationsWindow {
  readonly invoked: number
  readonly performed: number
}

/** PS3.7 D.3.3.3: one at a time is the default, and what is not negotiated. */
export const synchronousWindow: OperationsWindow = { invoked: 1, performed: 1 }

/** A 53H sub-item in our words; both directions of it tell the requestor's view. */
export function operationsWindow(item: AsynchronousOperationsWindow): OperationsWindow {
  return {
    invoked: item.maximumNumberOperationsInvoked,
    performed: item.maximumNumberOperationsPerformed,
  }
}

/** What both sides said; what one of them did not say is 1 and 1, and what one answered beyond what was asked does not hold. */
export function agreedWindow(
  asked: AsynchronousOperationsWindow | undefined,
  answered: AsynchronousOperationsWindow | undefined,
): OperationsWindow {
  return asked && answered
    ? smallerWindow(operationsWindow(asked), operationsWindow(answered))
    : synchronousWindow
}

export function smallerWindow(one: OperationsWindow, other: OperationsWindow): OperationsWindow {
  return {
    invoked: smaller(one.invoked, other.invoked),
    performed: smaller(one.performed, other.performed),
  }
}

/** PS3.7 D.3.3.3: zero is unlimited. */
function smaller(one: number, other: number): number {
  if (one === 0) return other
  return other === 0 ? one : Math.min(one, other)
}
