// A storage SCP behind the experimental ISCL-style layer, for devices of a key file; `iscl-scu` is its counterpart.
import { createScp, type Scp, storage, verification } from '@dcm/scp'
import { iscl, readIsclKeyFile } from '@dcm/security-iscl'
import { fileStore } from '@dcm/storage'
import { secured } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'

export async function isclScp(keyFile: string, directory: string): Promise<Scp> {
  const keys = await readIsclKeyFile(keyFile)
  return createScp({
    aeTitle: 'ISCL_SCP',
    transport: secured(tcp(), { providers: [iscl({ identity: 'ISCL_SCP', keys })] }),
    // Who has proven to be CT1 may call itself CT1, and nothing else.
    requireIdentity: (security, callingAeTitle) =>
      security.some(({ profile, peer }) => profile === 'iscl' && peer?.name === callingAeTitle),
    services: [verification(), storage({ store: await fileStore({ directory }) })],
  })
}
