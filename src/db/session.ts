/** What a connection is told when it begins, whatever the server, the database or the user were set to: what is asked means the same everywhere. */
import pg from 'pg'

const same: Record<string, string> = {
  search_path: 'public',
  TimeZone: 'UTC',
  DateStyle: 'ISO',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  row_security: 'on',
  default_transaction_isolation: 'read\\ committed',
}

/** What reads or makes whole tables takes as long as it takes; limits that a user has are for what is asked all day. */
const unhurried = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
}

const written = (settings: Record<string, string>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')

export const sameEverywhere = written(same)

/** One connection for work on whole tables. That it was lost is told by its next statement, and ends no process. */
export async function openSession(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    options: `${sameEverywhere} ${written(unhurried)}`,
  })
  client.on('error', () => {})
  await client.connect()
  return client
}
