import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Protocol } from '../load/messages.ts'
import type { Workload } from './workloads.ts'

/** A kind of server that can be measured. */
export interface Contender {
  readonly name: string
  readonly protocol: Protocol
  command(at: { readonly directory: string; readonly port: number; readonly workload: Workload }): string[]
}

export interface RunningServer {
  readonly port: number
  readonly pid: number
  /** Files it has made so far. */
  files(): Promise<number>
  stop(): Promise<void>
}

export const plain: Contender = {
  name: 'plain node:net',
  protocol: 'plain',
  command: ({ directory, workload }) => [
    process.execPath,
    'bench/receive/plain-server.ts',
    ...(workload.kind === 'store' ? [directory] : []),
  ],
}

export function archive(durability: 'os' | 'fsync'): Contender {
  return {
    name: durability === 'os' ? 'archive' : 'archive, fsync on disk',
    protocol: 'dicom',
    command: ({ directory, port }) => [
      process.execPath,
      'apps/archive/dist/main.js',
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...['--store', directory, '--durability', durability],
    ],
  }
}

export const dcmtk: Contender = {
  name: 'DCMTK storescp',
  protocol: 'dicom',
  command: ({ directory, port }) => ['storescp', '-od', directory, String(port)],
}

export function hasDcmtk(): boolean {
  try {
    execFileSync('storescp', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Starts a server on a free port, with a new folder; `stop()` ends the one and removes the other. */
export async function start(
  contender: Contender,
  workload: Workload,
  parentDirectory: string,
): Promise<RunningServer> {
  const directory = await mkdtemp(join(parentDirectory, 'dcm-bench-'))
  const freePort = await findFreePort()
  const [command = '', ...args] = contender.command({ directory, port: freePort, workload })
  // Without it, DCMTK's answers wait 40 ms for the acknowledgement of the one before.
  const env = { ...process.env, TCP_NODELAY: '1' }
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(contender === dcmtk ? 'SIGKILL' : 'SIGTERM')
      await once(child, 'exit')
    }
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const port = contender === plain ? await announcedPort(child) : freePort
    await reachable(port)
    return {
      port,
      pid: child.pid ?? 0,
      files: async () => {
        const entries = await readdir(directory, { recursive: true, withFileTypes: true })
        return entries.filter((entry) => entry.isFile()).length
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function announcedPort({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('the server has no output')
  const [line] = (await once(stdout, 'data')) as [Buffer]
  return Number(/\d+/.exec(line.toString())?.[0])
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Resolves once the server listens. */
export async function reachable(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect({ host: '127.0.0.1', port })
    try {
      await once(socket, 'connect')
      return
    } catch {
      await wait(50)
    } finally {
      socket.destroy()
    }
  }
  throw new Error('the server does not listen')
}
