// What is measured of @dcm/scu, as built: `store PORT FOLDER`, or `echo WINDOW COUNT` against an SCP of its own process.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createScp, verification } from '../../packages/scp/dist/index.js'
import { associate, sendFiles } from '../../packages/scu/dist/index.js'
import { tcp } from '../../packages/transport-tcp/dist/index.js'

const names = { callingAeTitle: 'BENCH', calledAeTitle: 'SINK' }
const [mode, ...line] = process.argv.slice(2)

if (mode === 'store') {
  const [port, folder] = line
  const to = { host: '127.0.0.1', port: Number(port) }
  let planned = 0
  const onEvent = (event) => {
    if (event.type === 'planned') planned = performance.now()
  }
  const { files, stored, storedBytes } = await sendFiles([folder], {
    to,
    transport: tcp(),
    ...names,
    onEvent,
  })
  if (stored !== files) throw new Error(`${stored} of ${files} files were stored`)
  const seconds = (performance.now() - planned) / 1_000
  console.log(JSON.stringify({ megabytesPerSecond: storedBytes / 1e6 / seconds }))
} else if (mode === 'scp') {
  const scp = createScp({
    aeTitle: names.calledAeTitle,
    transport: tcp(),
    services: [verification()],
    maxOperationsPerformed: 64,
  })
  const { port } = await scp.listen({ host: '127.0.0.1', port: 0 })
  process.send(port)
} else {
  const [window, count] = line.map(Number)
  const scp = fork(process.argv[1], ['scp'])
  const [port] = await once(scp, 'message')
  const association = await associate({
    to: { host: '127.0.0.1', port },
    transport: tcp(),
    ...names,
    contexts: [{ abstractSyntax: '1.2.840.10008.1.1' }],
    maximumOperationsInvoked: window,
  })
  const echo = async (times) => {
    for (let each = 0; each < times; each++) await association.echo()
  }
  const all = (times) => Promise.all(Array.from({ length: window }, () => echo(times / window)))
  await all(2_000)
  const begun = performance.now()
  await all(count)
  console.log(JSON.stringify({ echoesPerSecond: count / ((performance.now() - begun) / 1_000) }))
  await association.release()
  scp.kill()
}
