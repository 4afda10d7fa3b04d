import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseArguments } from '../src/arguments/parse-arguments.ts'
import { echo } from '../src/commands/echo/description.ts'
import { peerFor } from '../src/peers/peer.ts'
import { temporaryFolder } from './folder.ts'

const configured = {
  aeTitle: 'OURS',
  peers: { ct: { address: 'CT@h:104', aeTitle: 'FOR_CT' }, mr: 'MR@h:104' },
}

it.each([
  ['that of the command line', 'ct', ['--aet', 'GIVEN'], 'SET', 'GIVEN'],
  ['without the spaces around it', 'mr', ['--aet', ' OF US '], 'SET', 'OF US'],
  ['the one that the peer knows', 'ct', [], 'SET', 'FOR_CT'],
  ['that of the environment', 'mr', [], 'SET', 'SET'],
  ['that of the configuration', 'mr', [], '', 'OURS'],
])('our AE title is %s', async (_, peer, line, environment, expected) => {
  await using folder = await temporaryFolder()
  const config = join(folder.path, 'config.json')
  await writeFile(config, JSON.stringify(configured))
  const args = parseArguments('echo', [...line, '--config', config], echo.options)
  const { target } = await peerFor(peer, args, { environment: { DCM_AET: environment } })
  expect(target.callingAeTitle).toBe(expected)
})

it('our AE title is DCM where nobody says another', async () => {
  const args = parseArguments('echo', [], echo.options)
  const { target } = await peerFor('A@h:104', args, { environment: { XDG_CONFIG_HOME: '/nonexistent' } })
  expect(target.callingAeTitle).toBe('DCM')
})
