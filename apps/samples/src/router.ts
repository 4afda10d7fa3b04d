// A gateway: takes objects from old devices in the clear, and passes each on to an archive by another, secured way. Nothing is kept:
// the data set streams through, and a device is told success when the archive has said so.
import { createScp, type ReceivedInstance, type Scp, storage, verification } from '@dcm/scp'
import { associate } from '@dcm/scu'
import type { NetworkAddress, Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'

export interface ArchiveAddress {
  readonly to: NetworkAddress
  readonly transport: Transport
  readonly calledAeTitle: string
}

export function router(archive: ArchiveAddress): Scp {
  const forward = async (instance: ReceivedInstance): Promise<void> => {
    await using association = await associate({
      ...archive,
      callingAeTitle: instance.callingAeTitle,
      instances: [instance],
      signal: instance.signal,
    })
    const { status } = await association.store(instance, { signal: instance.signal })
    if (status !== 0) throw new Error(`the archive answered ${status.toString(16)}`)
  }
  return createScp({
    aeTitle: 'ROUTER',
    transport: tcp(),
    services: [verification(), storage({ store: { put: forward } })],
  })
}
