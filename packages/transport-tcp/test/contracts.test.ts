import { describeListener, describeTransport, type TransportFixture } from '@dcm/testkit'
import { tcp } from '@dcm/transport-tcp'
import { describe, it } from 'vitest'

describe.each(['127.0.0.1', '::1'])('TCP on %s', (host) => {
  const fixture = (): TransportFixture => ({ transport: tcp(), at: { host, port: 0 } })
  describeTransport({ describe, it }, fixture)
  describeListener({ describe, it }, fixture)
})
