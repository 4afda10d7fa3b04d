import { describeTransport, memoryTransport } from '@dcm/testkit'
import { secured, type SecurityProvider } from '@dcm/transport'
import { describe, it } from 'vitest'
import { keyedFixture } from './keyed-fixture.ts'

/** Both sides of one network. */
function bothSides(): SecurityProvider {
  const fixture = keyedFixture()
  return {
    profile: 'keyed',
    upgrade: (connection, role, options) => fixture.provider(role).upgrade(connection, role, options),
  }
}

describe('secured() is a transport too', () => {
  describeTransport({ describe, it }, () => ({
    transport: secured(memoryTransport(), { providers: [bothSides()] }),
    at: { host: 'memory', port: 0 },
  }))
})
