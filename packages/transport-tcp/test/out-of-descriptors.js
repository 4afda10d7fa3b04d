// A program of its own, to be run with few descriptors. It says its port, and then 'none' whenever it has used up the rest;
// a line on stdin gives some back. What an honest client sends is printed.
import { closeSync, openSync } from 'node:fs'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { tcp } from '@dcm/transport-tcp'

const listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
const descriptors = []
const lines = createInterface(process.stdin)
try {
  for (;;) descriptors.push(openSync(process.execPath))
} catch {
  process.stdout.write(`${listener.address.port}\n`)
}
await new Promise((resolve) => lines.once('line', resolve))
lines.close()
for (const descriptor of descriptors) closeSync(descriptor)
process.stdout.write('again\n')
const { stream } = await listener.accept()
for await (const chunk of stream) process.stdout.write(chunk)
await listener.close()
process.stdin.destroy()
