// An older Node.js would stop at what it does not know, with a stack trace; so the archive is loaded behind this.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 13)) {
  await import('./archive.ts')
} else {
  console.error(`dcm-archive: Node.js ${process.versions.node} is too old; take 22.13 or a newer one`)
  process.exitCode = 2
}
