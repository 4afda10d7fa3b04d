import { UsageError } from '@dcm/transport'

/** Options, key rings or a key file that cannot be used. Never holds key bytes. */
export class IsclConfigurationError extends UsageError {
  declare readonly code: 'DCM_ISCL_CONFIGURATION'

  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, { code: 'DCM_ISCL_CONFIGURATION', cause: options.cause })
  }
}
