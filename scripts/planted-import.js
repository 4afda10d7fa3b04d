// Shows that the layer rules bite: plants an import from @dcm/pdu up into @dcm/scp, and wants both tools to refuse it; and plants
// a socket, a timer and the time of day in each folder that may have none.
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { sansIo } from '../layers.js'

const upward = 'packages/pdu/src/planted-upward-import.ts'
const impure = sansIo.map((folder) => `packages/${folder}/planted-clock-and-socket.ts`)
const lines = [
  "import { connect } from 'node:net'",
  'export const socket = connect(1)',
  'setTimeout(() => socket.end(), 1)',
  'export const now = Date.now()',
]
const refusedLines = [1, 3, 4]

writeFileSync(upward, "export { createScp } from '@dcm/scp'\n")
for (const file of impure) writeFileSync(file, lines.join('\n') + '\n')
try {
  const found = lint([upward, ...impure])
  tell('eslint', 'an upward import', found.get(upward).has(1))
  tell('depcruise', 'an upward import', cruise().includes('planted-upward-import'))
  for (const file of impure) {
    const refused = refusedLines.every((line) => found.get(file).has(line))
    tell('eslint', `a socket, a timer and the time in ${file}`, refused)
  }
} finally {
  for (const file of [upward, ...impure]) rmSync(file)
}

/** The lines that eslint refuses by a rule about imports or globals, by file. */
function lint(files) {
  const { stdout } = spawnSync('node_modules/.bin/eslint', ['--format', 'json', ...files], {
    encoding: 'utf8',
  })
  const restricted = ({ ruleId }) => ruleId.startsWith('no-restricted-')
  const linesOf = ({ messages }) => new Set(messages.filter(restricted).map(({ line }) => line))
  const results = JSON.parse(stdout)
  return new Map(
    files.map((file) => [file, linesOf(results.find(({ filePath }) => filePath.endsWith(file)))]),
  )
}

/** What depcruise says, if it refuses at all. */
function cruise() {
  const { status, stdout } = spawnSync('node_modules/.bin/depcruise', ['packages'], { encoding: 'utf8' })
  return status === 0 ? '' : stdout
}

function tell(tool, what, refused) {
  console.log(`${tool}: ${refused ? 'refused' : 'DID NOT REFUSE'} ${what}`)
  if (!refused) process.exitCode = 1
}
