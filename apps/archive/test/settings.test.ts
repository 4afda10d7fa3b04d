import { describe, expect, it } from 'vitest'
import { readSettings } from '../src/settings.ts'

describe('settings', () => {
  it('have defaults', () => {
    expect(readSettings([], {})).toMatchObject({
      port: 11_112,
      aet: 'ARCHIVE',
      store: 'archive-data',
      durability: 'fsync',
      artimTimeoutMs: 30_000,
      maxAssociations: 100,
      checkCalledAet: false,
      acceptUnknownSopClasses: false,
    })
  })

  it('come from the command line, or from the environment, in this order', () => {
    const environment = {
      DCM_HOST: '::1',
      DCM_PORT: '104',
      DCM_AET: 'ENV',
      DCM_STORE: '/data',
      DCM_DURABILITY: 'os',
      DCM_ARTIM_TIMEOUT: '0.5',
      DCM_MAX_ASSOCIATIONS: '7',
      DCM_CHECK_CALLED_AET: '1',
      DCM_ACCEPT_UNKNOWN_SOP_CLASSES: 'true',
    }
    const fromEnvironment = {
      host: '::1',
      port: 104,
      aet: 'ENV',
      store: '/data',
      durability: 'os',
      artimTimeoutMs: 500,
      maxAssociations: 7,
      checkCalledAet: true,
      acceptUnknownSopClasses: true,
    }
    expect(readSettings([], environment)).toEqual(fromEnvironment)
    expect(readSettings(['--aet', 'LINE', '--port', '0'], environment)).toEqual({
      ...fromEnvironment,
      aet: 'LINE',
      port: 0,
    })
  })

  it('are not read when help is asked for', () => {
    expect(readSettings(['--help'], {})).toBeUndefined()
  })

  it.each([
    [['--port', 'x'], '--port x is not a whole number from 0 to 65535'],
    [['--port', '65536'], '--port 65536'],
    [['--durability', 'maybe'], '--durability maybe is neither fsync nor os'],
    [['--artim-timeout', '0'], '--artim-timeout 0'],
    [['--max-associations', '0'], '--max-associations 0'],
    [['--nonsense'], '--nonsense'],
    [['extra'], 'extra'],
  ])('refuse %j', (args, message) => {
    expect(() => readSettings(args, {})).toThrow(message)
  })
})
