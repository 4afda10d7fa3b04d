import { type Connection, SecurityError } from '@dcm/transport'

/** One line for a table: what was negotiated and with whom, or the code of the refusal. Ends the connection, at once or after the peer. */
export async function outcomeOf(upgrade: Promise<Connection>, endsFirst = true): Promise<string> {
  try {
    const { stream, security } = await upgrade
    stream.resume().once('end', () => stream.end())
    if (endsFirst) stream.end()
    const { protocol = '', cipherSuite = '', peer } = security.at(-1) ?? {}
    return `${protocol} ${cipherSuite}, ${peer?.name ?? 'anonymous'}`
  } catch (error) {
    if (error instanceof SecurityError) return error.code
    throw error
  }
}
