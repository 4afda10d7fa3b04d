// The limit: what `node:tls` and `fs.writev` can do when nothing is understood: the plain server of bench/receive, over TLS.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:tls'
import { PlainConnection } from '../receive/plain-connection.ts'

const [port = '', keyFile = '', certificateFile = '', directory] = process.argv.slice(2)
const certificate = readFileSync(certificateFile)
const credentials = { key: readFileSync(keyFile), cert: certificate, ca: certificate, requestCert: true }

const server = createServer({ ...credentials, noDelay: true, minVersion: 'TLSv1.2' }, (socket) => {
  new PlainConnection(socket, directory)
})
server.on('tlsClientError', () => undefined)
server.listen(Number(port), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
