// Shows that the layer rule bites: plants an import from @dcm/pdu up into @dcm/scp, and wants both tools to refuse it.
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'

const planted = 'packages/pdu/src/planted-upward-import.ts'
const tools = [
  ['eslint', planted],
  ['depcruise', 'packages'],
]

writeFileSync(planted, "export { createScp } from '@dcm/scp'\n")
try {
  for (const [tool, target] of tools) {
    const { status, stdout } = spawnSync(`node_modules/.bin/${tool}`, [target], { encoding: 'utf8' })
    const refused = status !== 0 && stdout.includes('planted-upward-import')
    console.log(`${tool}: ${refused ? 'refused' : 'DID NOT REFUSE'} an upward import`)
    if (!refused) process.exitCode = 1
  }
} finally {
  rmSync(planted)
}
