import type { CEchoRsp } from '@dcm/dimse'
import type { CallOptions } from '../calls/call-options.ts'
import type { Caller } from '../calls/caller.ts'
import { contextsFor } from '../contexts/choose-context.ts'
import { requireCallOptions } from '../require-options.ts'
import { Verification } from '../uids.ts'

/** C-ECHO (PS3.7 9.1.5). */
export async function echo(caller: Caller, options: CallOptions): Promise<CEchoRsp> {
  requireCallOptions(options)
  const [context] = contextsFor(caller.channel.association, Verification)
  const call = await caller.begin<CEchoRsp>(
    {
      context,
      request: { type: 'C-ECHO-RQ', affectedSopClassUid: Verification },
      responseType: 'C-ECHO-RSP',
    },
    options,
  )
  return await call.only()
}
