// Runs one sample: node --conditions=@dcm/source src/main.ts NAME …
import { readFile } from 'node:fs/promises'
import { createScp, verification } from '@dcm/scp'
import { iscl, readIsclKeyFile } from '@dcm/security-iscl'
import { formatAddress } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { watchword } from './custom-security-provider.ts'
import { unixSockets } from './custom-transport.ts'
import { isclScp } from './iscl-scp.ts'
import { isclScu } from './iscl-scu.ts'
import { router } from './router.ts'
import { stackedScp } from './stacked.ts'
import { stepByStepScp } from './step-by-step-scp.ts'
import { certified, tlsScp } from './tls-scp.ts'

const here = (port: number) => ({ host: '127.0.0.1', port })

/** What each sample needs on the command line, and how it starts. */
const samples: Readonly<
  Record<string, { readonly needs: readonly string[]; start(...of: string[]): Promise<unknown> }>
> = {
  'step-by-step-scp': {
    needs: [],
    start: async () => formatAddress((await stepByStepScp(here(11112))).address),
  },
  'tls-scp': {
    needs: ['CERTIFICATE-FOLDER', 'STORE-FOLDER'],
    start: async (certificates = '', store = '') => {
      const security = certified(certificates)
      // New certificates without a restart; when they are no good, the old ones stay.
      process.on('SIGHUP', () => void security.rotate().catch(console.error))
      return formatAddress(await (await tlsScp(security, store)).listen(here(2762)))
    },
  },
  'iscl-scp': {
    needs: ['KEY-FILE', 'STORE-FOLDER'],
    start: async (keys = '', store = '') => {
      return formatAddress(await (await isclScp(keys, store)).listen(here(2761)))
    },
  },
  'iscl-scu': {
    needs: ['KEY-FILE', 'IDENTITY', 'FILE…'],
    start: (keys = '', identity = '', ...files) => isclScu(here(2761), identity, keys, files),
  },
  'custom-security-provider': {
    needs: ['WORD-FILE'],
    start: async (file = '') => {
      // A command line is everybody's to read.
      const security = watchword('STEPS', new Map([['ECHOSCU', await readFile(file, 'utf8')]]))
      return formatAddress((await stepByStepScp(here(11112), security)).address)
    },
  },
  'custom-transport': {
    needs: ['PATH'],
    start: async (path = '') => {
      const scp = createScp({ aeTitle: 'LOCAL', transport: unixSockets(), services: [verification()] })
      return formatAddress(await scp.listen({ path }))
    },
  },
  stacked: {
    needs: ['CERTIFICATE-FOLDER', 'KEY-FILE'],
    start: async (certificates = '', keys = '') => {
      const inner = iscl({ identity: 'STACKED', keys: await readIsclKeyFile(keys) })
      return formatAddress(await stackedScp(certified(certificates), inner).listen(here(2762)))
    },
  },
  router: {
    needs: ['ARCHIVE-HOST', 'ARCHIVE-PORT', 'ARCHIVE-AE-TITLE'],
    start: async (host = '', port = '', calledAeTitle = '') => {
      const scp = router({ to: { host, port: Number(port) }, transport: tcp(), calledAeTitle })
      return formatAddress(await scp.listen(here(11112)))
    },
  },
}

const [name = '', ...given] = process.argv.slice(2)
const sample = samples[name]
if (sample && given.length >= sample.needs.length) {
  console.log(await sample.start(...given))
} else {
  for (const [each, { needs }] of Object.entries(samples)) console.error(`sample ${each} ${needs.join(' ')}`)
  process.exitCode = 2
}
