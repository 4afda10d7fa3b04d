import { expect, it } from 'vitest'
import { parseArguments } from '../src/arguments/parse-arguments.ts'
import { echo } from '../src/commands/echo/description.ts'
import { peerFor } from '../src/peers/peer.ts'

it.each([
  ['600', { response: 600_000, idle: 600_000, message: 600_000 }],
  ['5', { response: 5_000, idle: 60_000, message: 300_000 }],
])('--timeout %s never makes a peer be quicker within a message or between PDUs', async (given, expected) => {
  const args = parseArguments('echo', ['--timeout', given], echo.options)
  const { target } = await peerFor('A@h:104', args, { environment: { XDG_CONFIG_HOME: '/nonexistent' } })
  expect({
    response: target.responseTimeoutMs,
    idle: target.association?.idleTimeoutMs,
    message: target.messageTimeoutMs,
  }).toEqual(expected)
})
