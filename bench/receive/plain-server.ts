// The limit: what `node:net` and `fs.writev` can do when nothing is understood.
import { type AddressInfo, createServer } from 'node:net'
import { PlainConnection } from './plain-connection.ts'

const directory = process.argv[2]

const server = createServer({ noDelay: true }, (socket) => {
  new PlainConnection(socket, directory)
})
server.listen(0, '127.0.0.1', () => {
  console.log(`listens on ${String((server.address() as AddressInfo).port)}`)
})
process.once('SIGTERM', () => process.exit(0))
