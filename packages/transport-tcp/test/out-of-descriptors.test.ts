import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('out-of-descriptors.js', import.meta.url))
const conditions = process.env.DCM_TEST_DIST ? [] : ['--conditions=@dcm/source']

it('goes on after the process was out of descriptors', async () => {
  const limited = ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, ...conditions, program]
  const child = spawn('sh', limited, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const port = Number((await lines.next()).value)

  const refused = connect(port, '127.0.0.1')
  refused.on('error', () => undefined).resume()
  await new Promise((resolve) => refused.once('close', resolve))

  child.stdin.write('give some back\n')
  expect((await lines.next()).value).toBe('again')
  const honest = connect(port, '127.0.0.1')
  honest.end('here\n')
  expect((await lines.next()).value).toBe('here')
  honest.destroy()
  expect((await exited)[0]).toBe(0)
})
