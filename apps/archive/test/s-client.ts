import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import type { Transport } from '@dcm/transport'

/** Connections that OpenSSL's s_client secures: it is the peer, and hands through what is above TLS. */
export function sClient(...options: readonly string[]): Transport {
  return {
    connect: (to) => {
      if (!('port' in to)) throw new Error('s_client calls hosts')
      const line = ['s_client', '-quiet', '-connect', `${to.host}:${String(to.port)}`, ...options]
      const child = spawn('openssl', line, { stdio: ['pipe', 'pipe', 'ignore'] })
      const stream = Duplex.from({ readable: child.stdout, writable: child.stdin })
      stream.on('close', () => child.kill('SIGKILL')).on('error', () => undefined)
      child.on('error', (error) => stream.destroy(error))
      return Promise.resolve({ stream, local: to, remote: to, security: [] })
    },
    listen: () => Promise.reject(new Error('s_client does not listen')),
  }
}
