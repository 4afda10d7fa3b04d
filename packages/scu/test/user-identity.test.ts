import { expect, it } from 'vitest'
import { userIdentityItem } from '../src/user-identity.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

// PS3.7 Table D.3-14.
it.each([
  [{ kind: 'username', username: 'jane' } as const, 1, 'jane', ''],
  [{ kind: 'username', username: 'jäne', passcode: 'öpen' } as const, 2, 'jäne', 'öpen'],
  [{ kind: 'username', username: 'jane', passcode: bytes('sesame') } as const, 2, 'jane', 'sesame'],
  [{ kind: 'kerberos', token: bytes('ticket') } as const, 3, 'ticket', ''],
  [{ kind: 'saml', token: '<a/>' } as const, 4, '<a/>', ''],
  [{ kind: 'jwt', token: 'e30' } as const, 5, 'e30', ''],
])('%j is of type %i', (identity, userIdentityType, primary, secondary) => {
  for (const positiveResponseRequested of [true, false]) {
    expect(userIdentityItem({ ...identity, positiveResponseRequested })).toEqual({
      userIdentityType,
      positiveResponseRequested,
      primaryField: bytes(primary),
      secondaryField: bytes(secondary),
    })
  }
  expect(userIdentityItem(identity).positiveResponseRequested).toBe(false)
})

it.each([
  [{ kind: 'username', token: 'e30' }, 'needs its username'],
  [{ kind: 'jwt', username: 'jane' }, 'needs its token'],
])('%j says too little', (identity, words) => {
  expect(() => userIdentityItem(identity as never)).toThrow(words)
})
