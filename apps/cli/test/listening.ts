import { once } from 'node:events'
import { connect } from 'node:net'

/** Resolves when somebody listens, for programs that do not say so. */
export async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.destroy()
      return
    } catch {
      socket.destroy()
    }
  }
}
