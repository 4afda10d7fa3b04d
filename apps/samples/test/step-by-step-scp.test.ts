import { associate } from '@dcm/scu'
import { tcp } from '@dcm/transport-tcp'
import { secured } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { watchword } from '../src/custom-security-provider.ts'
import { stepByStepScp } from '../src/step-by-step-scp.ts'
import { anyPort, portOf } from './address.ts'
import { run } from './program.ts'

const echo = (port: string, title = 'STEPS') => run('echoscu', '-v', '-aec', title, '127.0.0.1', port)

describe('the SCP in steps', () => {
  it('verifies (echoscu), one association after the other', async () => {
    await using listener = await stepByStepScp(anyPort)
    for (let turn = 0; turn < 2; turn++) {
      const { code, output } = await echo(portOf(listener.address))
      expect(output).toContain('Received Echo Response (Success)')
      expect(code).toBe(0)
    }
  })

  it('rejects another called AE title, and goes on', async () => {
    await using listener = await stepByStepScp(anyPort)
    const { code, output } = await echo(portOf(listener.address), 'OTHER')
    expect(output).toContain('Called AE Title Not Recognized')
    expect(code).not.toBe(0)
    expect((await echo(portOf(listener.address))).code).toBe(0)
  })

  it('takes a security layer between accept and association, and nobody without it', async () => {
    const scpSide = watchword('STEPS', new Map([['SCU', 'sesame']]))
    await using listener = await stepByStepScp(anyPort, scpSide)
    const scuSide = watchword('SCU', new Map([['STEPS', 'sesame']]))
    await using association = await associate({
      to: listener.address,
      transport: secured(tcp(), { providers: [scuSide] }),
      callingAeTitle: 'SCU',
      calledAeTitle: 'STEPS',
      contexts: [{ abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }],
    })
    expect((await association.echo()).status).toBe(0)
    expect((await echo(portOf(listener.address))).code).not.toBe(0)
  })
})
