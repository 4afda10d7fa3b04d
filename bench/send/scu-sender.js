// What is measured of @dcm/scu, as built: `store PORT FOLDER`; `echo WINDOW COUNT` and `find COUNT` against an SCP in a process of its own.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createScp, find, verification } from '../../packages/scp/dist/index.js'
import { encodeDataSet, identifier } from '../../packages/dataset/dist/index.js'
import { associate, queryModels, sendFiles } from '../../packages/scu/dist/index.js'
import { tcp } from '../../packages/transport-tcp/dist/index.js'

const names = { callingAeTitle: 'BENCH', calledAeTitle: 'SINK' }
const [mode, ...line] = process.argv.slice(2)

if (mode === 'store') {
  const [port, folder] = line
  const to = { host: '127.0.0.1', port: Number(port) }
  const { files, stored } = await sendFiles([folder], { to, transport: tcp(), ...names })
  if (stored !== files) throw new Error(`${stored} of ${files} files were stored`)
} else if (mode === 'scp') {
  const scp = createScp({
    aeTitle: names.calledAeTitle,
    transport: tcp(),
    services: [
      verification(),
      find({
        sopClasses: ['StudyRootQueryRetrieveInformationModelFind'],
        *handler({ context }) {
          const match = identifier({
            QueryRetrieveLevel: 'STUDY',
            PatientName: 'Doe^Jane',
            StudyInstanceUID: '2.25.1',
          })
          const bytes = encodeDataSet(match, { transferSyntaxUid: context.transferSyntax })
          for (let each = 0; each < Number(line[0]); each++) yield bytes
        },
      }),
    ],
    maxOperationsPerformed: 64,
  })
  const { port } = await scp.listen({ host: '127.0.0.1', port: 0 })
  process.send(port)
} else {
  const count = Number(line.at(-1))
  const window = mode === 'echo' ? Number(line[0]) : 1
  const scp = fork(process.argv[1], ['scp', String(count)])
  const [port] = await once(scp, 'message')
  const association = await associate({
    to: { host: '127.0.0.1', port },
    transport: tcp(),
    ...names,
    contexts: [{ abstractSyntax: '1.2.840.10008.1.1' }, { abstractSyntax: queryModels.studyRoot.find }],
    maximumOperationsInvoked: window,
  })
  await (mode === 'echo' ? measureEchoes(association, window, count) : measureMatches(association))
  await association.release()
  scp.kill()
}

async function measureEchoes(association, window, count) {
  const echo = async (times) => {
    for (let each = 0; each < times; each++) await association.echo()
  }
  const all = (times) => Promise.all(Array.from({ length: window }, () => echo(times / window)))
  await all(2_000)
  const begun = performance.now()
  await all(count)
  console.log(JSON.stringify({ perSecond: count / ((performance.now() - begun) / 1_000) }))
}

async function measureMatches(association) {
  const begun = performance.now()
  let matches = 0
  const query = association.find(queryModels.studyRoot, { QueryRetrieveLevel: 'STUDY', PatientName: '' })
  for await (const match of query) matches += match.json()['00100010'] ? 1 : 0
  console.log(JSON.stringify({ perSecond: matches / ((performance.now() - begun) / 1_000) }))
}
