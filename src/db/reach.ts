import pg from 'pg'
import { type Config, ConfigError } from '../config.ts'

const away = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])
/** Wrong password, no access by that way, no such database, still starting, too many connections. */
const refused = new Set(['28P01', '28000', '3D000', '57P03', '53300'])

/** Node's words for a certificate that proves nothing to us. */
export const unproven = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
])

type Variable = 'DATABASE_URL' | 'DATABASE_DIRECT_URL' | 'QUEUE_URL' | 'The address of the new database'

const otherwise: Record<Variable, string> = {
  DATABASE_URL: ', correct DATABASE_URL, or leave it unset to use the embedded one',
  DATABASE_DIRECT_URL: ', correct DATABASE_DIRECT_URL, or leave it unset where no pooler stands in front',
  QUEUE_URL: ', correct QUEUE_URL, or leave it unset to ring through the database',
  'The address of the new database': ', or correct the address',
}

/** The variable that leads past a pooler: to make tables, to copy them, and to look at the key. */
export const directVariable = ({ DATABASE_DIRECT_URL }: Pick<Config, 'DATABASE_DIRECT_URL'>): Variable =>
  DATABASE_DIRECT_URL === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL'

/** Does work that needs the database of this variable; what stands in its way becomes one sentence with the fix. */
export async function reaching<T>(work: () => Promise<T>, by: Variable = 'DATABASE_URL'): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const { code = '', message = '' } = error as { code?: string; message?: string }
    const sentence = sentenceOf(code, message, by)
    throw sentence === undefined ? error : new ConfigError(sentence)
  }
}

function sentenceOf(code: string, message: string, by: Variable): string | undefined {
  const its = by.replace(/^The/, 'the')
  // pg gives its own time-outs and hang-ups no code; of a socket that is a file, that there is none, or none for us.
  if (
    away.has(code) ||
    /^connect (?:ENOENT|EACCES) /.test(message) ||
    /timeout expired|connection timeout|terminated unexpectedly/i.test(message)
  )
    return `${by} can't be reached: nothing answers there. Start that PostgreSQL${otherwise[by]}.`
  if (refused.has(code) && /no encryption|insecure/.test(message))
    return `${by} is refused by PostgreSQL: ${message}. Let the address ask for TLS (sslmode=verify-full, as docs/operations.md says), or allow this user without it.`
  if (refused.has(code)) return `${by} is refused by PostgreSQL: ${message}. Correct the user, password or database in it.`
  if (code === '42501')
    return `The user of ${its} may not do all that Troupe needs: ${message}. Make it the owner of the database (ALTER DATABASE … OWNER TO …).`
  if (code === '25006')
    return `${by} leads to a database that takes nothing new: ${message}. Lead it to the primary server, or, where it was set to be read only, as some hosts do when its disk is full, make room and take that back.`
  if (unproven.has(code))
    return `The certificate of the PostgreSQL of ${its} can't be verified: ${message.replace(/; if the root CA .*$|\.$/, '')}. Name in the address who signed it (sslrootcert=/path/to/ca.pem), or encrypt without knowing who answers (sslmode=no-verify).`
  if (code.startsWith('ERR_OSSL_'))
    return `What ${its} names in sslcert and sslkey is no certificate and its key: ${message}. Correct the files, or leave both out.`
  if (/does not support SSL/.test(message))
    return `The PostgreSQL of ${its} does not speak TLS. Turn it on there, or take sslmode out of the address where the network between is yours alone.`
  if (/unsupported startup parameter/.test(message))
    return `The pooler that ${its} leads to refuses what Troupe sets for each connection. Let it ignore that (PgBouncer: ignore_startup_parameters = options) and give it a user of its own, as docs/operations.md says.`
  return undefined
}

/** The oldest PostgreSQL that has all that is asked of it. */
const OLDEST = 15

/**
 * The version in PostgreSQL's own words. Throws a ConfigError where it is too old, where the database cannot hold every name and emoji, or
 * where it makes other small letters than we do: a name typed in another case would not be found, nor forgotten.
 */
export async function fitting(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ number: number; version: string; encoding: string; small: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
      current_setting('server_encoding') AS encoding, lower(chr(73)) || CASE current_setting('server_encoding') WHEN 'UTF8' THEN lower(chr(201)) END AS small`,
  )
  const { number, version, encoding, small } = rows[0]!
  if (number < OLDEST * 10_000) throw new ConfigError(`PostgreSQL ${version} is too old. Move to PostgreSQL ${OLDEST} or newer.`)
  if (encoding !== 'UTF8')
    throw new ConfigError(`The database is encoded as ${encoding}, which can't hold every name and emoji. ${ANOTHER}`)
  if (small !== 'ié')
    throw new ConfigError(
      `The database makes other small letters than Troupe (${small} of IÉ), so that names would not be found again. ${ANOTHER}`,
    )
  return version
}

const ANOTHER = `Make another one (CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'en_US.UTF-8') and give its address.`

/** Throws a ConfigError unless both lead to one database: links would be listened for, and tables made, where nobody else looks. */
export async function sameDatabase(url: string, directUrl: string): Promise<void> {
  const near = await reaching(() => placeOf(url))
  const direct = await reaching(() => placeOf(directUrl), 'DATABASE_DIRECT_URL')
  if (near !== direct)
    throw new ConfigError(
      'DATABASE_DIRECT_URL leads to another database than DATABASE_URL. Correct one of them: both have to lead to the same one, one of them without a pooler.',
    )
}

/** The database by its number, and its server by when it started, which every user may ask. */
async function placeOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ place: string }>(
      `SELECT oid || ' ' || extract(epoch FROM pg_postmaster_start_time()) AS place FROM pg_database WHERE datname = current_database()`,
    )
    return rows[0]!.place
  } finally {
    await client.end().catch(() => {})
  }
}
