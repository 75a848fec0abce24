import { ConfigError } from '../config.ts'

const away = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])
/** Wrong password, no access by that way, no such database, still starting, too many connections. */
const refused = new Set(['28P01', '28000', '3D000', '57P03', '53300'])

/** Node's words for a certificate that proves nothing to us. */
const unproven = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
])

/** Does work that needs the database of DATABASE_URL; what stands in its way becomes one sentence with the fix. */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code = '', message = '' } = error as { code?: string; message?: string }
    // pg gives its own time-outs and hang-ups no code.
    if (away.has(code) || /timeout expired|connection timeout|terminated unexpectedly/i.test(message))
      throw new ConfigError(
        "DATABASE_URL can't be reached: nothing answers there. Start that PostgreSQL, correct DATABASE_URL, or leave it unset to use the embedded one.",
      )
    if (refused.has(code))
      throw new ConfigError(`DATABASE_URL is refused by PostgreSQL: ${message}. Correct the user, password or database in it.`)
    if (code === '42501')
      throw new ConfigError(
        `The user of DATABASE_URL may not do all that Troupe needs: ${message}. Make it the owner of the database (ALTER DATABASE … OWNER TO …).`,
      )
    if (unproven.has(code))
      throw new ConfigError(
        `The certificate of the PostgreSQL of DATABASE_URL can't be verified: ${message.replace(/\.$/, '')}. Name in the address who signed it (sslrootcert=/path/to/ca.pem), or encrypt without knowing who answers (sslmode=no-verify).`,
      )
    if (/does not support SSL/.test(message))
      throw new ConfigError(
        'The PostgreSQL of DATABASE_URL does not speak TLS. Turn it on there, or take sslmode out of the address where the network between is yours alone.',
      )
    if (/unsupported startup parameter/.test(message))
      throw new ConfigError(
        'The pooler that DATABASE_URL leads to refuses what Troupe sets for each connection. Let it ignore that (PgBouncer: ignore_startup_parameters = options) and give it a user of its own, as docs/operations.md says.',
      )
    throw error
  }
}
