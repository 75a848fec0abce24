/** The plain connections of the application: what is set for each, and whether it arrives where a pooler stands in between. */
import { createHash } from 'node:crypto'
import { Socket } from 'node:net'
import pg from 'pg'
import { ConfigError } from '../config.ts'
import { PREPARED } from '../kernel/prepared.ts'
import { remembered } from '../kernel/remember.ts'
import { sameEverywhere } from './session.ts'

/** A server that vanished without a word would be waited for as long as TCP hopes, a quarter of an hour; idle connections end sooner. */
const SILENT_MS = 30_000

/** Whether statements with a name are prepared; nobody may once one was not there. */
export type Naming = { on: boolean }

/** The owner's connections, straight to PostgreSQL. */
export const ownerPool = (url: string): pg.Pool =>
  heeded(new pg.Pool({ ...toServer(url), max: 3, application_name: 'troupe-owner', options: sameEverywhere }))

const toServer = (url: string) => ({ connectionString: url, connectionTimeoutMillis: 5_000, stream: impatient })

/** How the application's own connections are made; `owner` says whether they have to work as another role. */
export async function connectionOf(url: string, owner: pg.Pool, max: number) {
  const role = (await settingsOf(owner)).passes ? ' -c role=troupe_app' : ''
  return {
    ...toServer(url),
    max,
    application_name: 'troupe',
    // Said once for each connection; said in each transaction it would be a statement more for every unit of work. A statement ends
    // before its connection is given up, for the server would go on with it for nobody.
    options: `${sameEverywhere} -c statement_timeout=${SILENT_MS - 1_000}${role}`,
  }
}

export function plainPool(connection: Awaited<ReturnType<typeof connectionOf>>, max: number, naming: Naming): pg.Pool {
  return heeded(new pg.Pool({ ...connection, max, Client: namingClient(naming) }))
}

/** One statement; where every connection is at work it gets one of its own, for who is busy is not away. */
export async function askBeside<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  connection: Awaited<ReturnType<typeof connectionOf>>,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  if (pool.idleCount > 0 || pool.totalCount < pool.options.max) return (await pool.query<Row>(text, values)).rows
  const own = new pg.Client(connection).on('error', ignoreLoss)
  try {
    await own.connect()
    return (await own.query<Row>(text, values)).rows
  } finally {
    await own.end().catch(ignoreLoss)
  }
}

/** A transaction pooler gives each transaction another connection, on which a statement that was prepared may not be there. */
const namingClient = (naming: Naming) =>
  class extends pg.Client {
    override query(...given: unknown[]): never {
      const [statement, ...rest] = given as [unknown]
      const nameless = !naming.on && typeof statement === 'object' ? { ...statement, name: undefined } : statement
      return (super.query as (...given: unknown[]) => never)(nameless, ...rest)
    }
  }

/**
 * What a unit's statements are called: those alone whose planning costs as much as running them, for to the others a name brings nothing.
 * It is made of the text, so that behind a pooler it can't be another's.
 */
export function namesFor(naming: Naming): (statement: { sql: string }) => string {
  const nameOf = remembered(
    (sql: string) => createHash('sha256').update(sql).digest('base64url').slice(0, 22),
    100,
    (sql) => sql,
  )
  // The adapter hands on what it gets, and pg prepares nothing that has no name.
  return ({ sql }) => (naming.on && sql.startsWith(PREPARED) ? nameOf(sql) : undefined) as string
}

/** Another connection's name: it does not exist here, or does already. Nothing was done. */
export const isNameless = (code: string | undefined): boolean => code === '26000' || code === '42P05'

/** Throws a ConfigError when what was set for the connections does not hold on them. */
export async function checkSettings(pool: pg.Pool): Promise<void> {
  const { passes, zone, limit, style, schema } = await settingsOf(pool)
  const why = `${passes ? 'passes row-level security' : `works in the time zone ${zone} with a statement_timeout of ${limit}, writes days in the style ${style} and looks into the schema ${schema} first`}, for a pooler or \`options\` in its address keep away what Troupe sets for each connection`
  if (passes)
    throw new ConfigError(
      `The user of DATABASE_URL ${why}. Give it a user of its own: CREATE ROLE … LOGIN PASSWORD … IN ROLE troupe_app (docs/operations.md).`,
    )
  const wrong = [
    ...(/^(Etc\/)?UTC$/.test(zone) ? [] : [`timezone = 'UTC'`]),
    ...(limit === '0' ? [`statement_timeout = '29s'`] : []),
    ...(/^ISO\b/.test(style) ? [] : [`datestyle = 'ISO'`]),
    ...(schema === 'public' ? [] : ['search_path = public']),
  ]
  if (wrong.length > 0)
    throw new ConfigError(
      `The user of DATABASE_URL ${why}. Set it for the user: ${wrong.map((one) => `ALTER ROLE … SET ${one}`).join('; ')} (docs/operations.md).`,
    )
}

type Settings = { passes: boolean; zone: string; limit: string; style: string; schema: string | null }

async function settingsOf(pool: pg.Pool): Promise<Settings> {
  const { rows } = await pool.query<Settings>(
    `SELECT rolsuper OR rolbypassrls AS passes, current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS limit,
       current_setting('DateStyle') AS style, current_schema() AS schema
     FROM pg_roles WHERE rolname = current_user`,
  )
  return rows[0]!
}

/** What waits on a silent connection fails, and the pool makes another: after a failover nothing keeps hanging on the old server. */
function impatient(): Socket {
  const socket = new Socket()
  return socket.setTimeout(SILENT_MS, () => socket.destroy(new Error('PostgreSQL has been silent for 30 seconds')))
}

/** pg reports the loss of a connection as an event that would end the process; its query fails, and the next one opens a new one. */
export function ignoreLoss(): void {}

/** The pool listens to connections that are idle; those that somebody holds would be without a listener. */
function heeded(pool: pg.Pool): pg.Pool {
  return pool.on('error', ignoreLoss).on('connect', (client) => void client.on('error', ignoreLoss))
}
