import type { Logger } from 'pino'
import { tcp } from '@dcm/transport-tcp'
import type { Settings } from '../settings/settings.ts'
import type { Entrance } from './entrance.ts'
import { isclEntrance } from './iscl-entrance.ts'
import { tlsEntrance } from './tls-entrance.ts'

/** The plain port, and one for each security layer that the settings name. */
export function entrances({ port, tls, iscl }: Settings, logger: Logger): readonly Entrance[] {
  return [
    ...(port === undefined ? [] : [plainEntrance(port)]),
    ...(tls ? [tlsEntrance(tls, logger)] : []),
    ...(iscl ? [isclEntrance(iscl, logger)] : []),
  ]
}

function plainEntrance(port: number): Entrance {
  return { name: 'plain', port, transport: tcp(), sender: 'storescu' }
}
