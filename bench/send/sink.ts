import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** A receiver in C that throws away what it is sent: the sender is what is measured. Not part of the repository. */
const source = '../shared/bench/dcmsink.c'

/** Compiles the receiver and starts it on a free port. */
export async function startSink(folder: string): Promise<{ readonly port: number; stop(): void }> {
  const program = join(folder, 'dcmsink')
  execFileSync('gcc', ['-O2', '-pthread', '-Wno-format-truncation', '-o', program, source])
  const port = await freePort()
  const child = spawn(program, ['-p', String(port)], { stdio: 'ignore' })
  for (let reachable = false; !reachable;) {
    const socket = connect(port, '127.0.0.1')
    reachable = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (!reachable) await wait(20)
  }
  return {
    port,
    stop: () => {
      child.kill()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
