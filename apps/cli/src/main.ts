#!/usr/bin/env node
import { exitCodes } from './exit-codes.ts'

// An older Node.js would stop at what it does not know, with a stack trace; so the rest is loaded behind this.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 13)) {
  await import('./start.ts')
} else {
  process.stderr.write(
    `dcm: Node.js ${process.versions.node} is too old for dcm; install 22.13 or a newer one.\n`,
  )
  process.exitCode = exitCodes.usage
}
