import { AsyncLocalStorage } from 'node:async_hooks'
import { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { ConfigError } from '../config.ts'
import { type Tracer, untraced } from '../trace.ts'
import { type Prisma, PrismaClient } from './generated/client.ts'

/** The tenant-scoped client of one unit of work: reads and writes see only the program's own rows. */
export type Db = Prisma.TransactionClient

export type Database = {
  /**
   * One READ COMMITTED transaction with the tenant set; serialization failures and deadlocks are tried three times. It may take
   * `limitMs`, 15 seconds unless said.
   */
  within: <T>(programId: string, work: (db: Db) => Promise<T>, limitMs?: number) => Promise<T>
  /** One statement that sets its tenant itself, as a unit of work of its own. It may take 15 seconds; nothing is tried again. */
  single: <Row>(programId: string, statement: { name: string; text: string; values: unknown[] }) => Promise<Row[]>
  /** Reads of the few tables that are looked up before the program is known (Program, Space, Person, Identity, Tick). */
  across: <T>(work: (db: Db) => Promise<T>) => Promise<T>
  /** Plain connections with the application's role, for the hot paths. Statements with a name are prepared once on each. */
  pool: pg.Pool
  /** Connections as the owner: partitions and LISTEN. */
  owner: pg.Pool
  ping: () => Promise<void>
  close: () => Promise<void>
}

const LIMIT_MS = 15_000
/** A server that vanished without a word would be waited for as long as TCP hopes, a quarter of an hour; idle connections end sooner. */
const SILENT_MS = 30_000
const TRIES = 3

/** Opens the pools. `random` gives the jitter between tries, in [0, 1). */
export async function openDatabase(
  url: string,
  options: { directUrl?: string; max?: number; random?: () => number; tracer?: Tracer } = {},
): Promise<Database> {
  const owner = new pg.Pool({
    connectionString: options.directUrl ?? url,
    max: 3,
    application_name: 'troupe-owner',
    connectionTimeoutMillis: 5_000,
    stream: impatient,
  })
  owner.on('error', ignoreLoss).on('connect', heedless)
  const role = await appRole(owner)
  const connection = {
    connectionString: url,
    max: options.max ?? 10,
    application_name: 'troupe',
    connectionTimeoutMillis: 5_000,
    stream: impatient,
    // Said once for each connection; said in each transaction it would be a statement more for every unit of work. A statement ends
    // before its connection is given up, for the server would go on with it for nobody.
    options: `-c TimeZone=UTC -c statement_timeout=${SILENT_MS - 1_000} -c default_transaction_isolation=read\\ committed${role === undefined ? '' : ` -c role=${role}`}`,
  }
  const pooler = options.directUrl !== undefined && options.directUrl !== url
  const pool = new pg.Pool({ ...connection, max: 4, ...(pooler ? { Client: NamelessClient } : {}) })
  pool.on('error', ignoreLoss).on('connect', heedless)
  if (await passes(pool)) {
    await Promise.all([pool.end(), owner.end()])
    throw new ConfigError(
      'The user of DATABASE_URL passes row-level security, and the pooler in front of PostgreSQL drops what would keep them from it. Give it a user of its own: CREATE ROLE … LOGIN PASSWORD … IN ROLE troupe_app (docs/operations.md).',
    )
  }
  spareCompiler()
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ ...connection, Client: TenantClient }, { onPoolError: ignoreLoss }),
    // Its other formats repeat what was to be written, and errors are logged.
    errorFormat: 'minimal',
  })
  const { random = Math.random, tracer = untraced } = options

  const traced = <T>(programId: string, work: () => Promise<T>): Promise<T> => {
    const words = { 'db.system.name': 'postgresql', 'troupe.program': programId }
    return tracer.traced('transaction', words, work, { kind: 'client', part: true })
  }

  const transaction: Database['within'] = (programId, work, timeout) => traced(programId, () => tried(programId, work, timeout))

  const single = async <Row>(programId: string, statement: pg.QueryConfig): Promise<Row[]> => {
    const query = { ...statement, query_timeout: LIMIT_MS } as pg.QueryConfig
    return (await traced(programId, () => pool.query(query))).rows as Row[]
  }

  async function tried<T>(programId: string, work: (db: Db) => Promise<T>, timeout = LIMIT_MS): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await tenant.run(programId, () => prisma.$transaction(work, { timeout, maxWait: 5_000 }))
      } catch (error) {
        if (attempt >= TRIES || !mayRetry(error)) throw error
        await new Promise((resolve) => setTimeout(resolve, attempt * 20 * (0.5 + random())))
      }
    }
  }

  return {
    within: transaction,
    single,
    across: (work) => transaction('*', work),
    pool,
    owner,
    ping: async () => {
      await pool.query('SELECT 1')
    },
    close: async () => {
      await prisma.$disconnect()
      await Promise.all([pool.end(), owner.end()])
    },
  }
}

/**
 * Prisma turns a query into a plan by WebAssembly, once for each shape of query. Left alone, V8 compiles that program a second time, in
 * threads, which holds 50 MB for good and costs more time than the faster code wins back in a plan that is made once.
 */
function spareCompiler(): void {
  setFlagsFromString('--wasm-tiering-budget=1000000000')
}

/** Whose transaction is to begin. */
const tenant = new AsyncLocalStorage<string>()

/** Prisma's connections: a transaction begins with its tenant set, in one round trip. Were it not to, its rows would stay hidden. */
class TenantClient extends pg.Client {
  override query(this: TenantClient, ...given: unknown[]): never {
    const [statement, ...rest] = given as [{ text?: unknown } | undefined]
    const begin = () => `BEGIN; SELECT set_config('troupe.program', ${this.escapeLiteral(tenant.getStore() ?? '')}, true)`
    return (super.query as (...given: unknown[]) => never)(statement?.text === 'BEGIN' ? begin() : statement, ...rest)
  }
}

/** A transaction pooler gives each transaction another connection, on which a statement that was prepared may not be there. */
class NamelessClient extends pg.Client {
  override query(this: NamelessClient, ...given: unknown[]): never {
    const [statement, ...rest] = given as [unknown]
    const nameless = typeof statement === 'object' ? { ...statement, name: undefined } : statement
    return (super.query as (...given: unknown[]) => never)(nameless, ...rest)
  }
}

/** What waits on a silent connection fails, and the pool makes another: after a failover nothing keeps hanging on the old server. */
function impatient(): Socket {
  const socket = new Socket()
  return socket.setTimeout(SILENT_MS, () => socket.destroy(new Error('PostgreSQL has been silent for 30 seconds')))
}

/** A connection that could pass row-level security works as the role that cannot. */
async function appRole(owner: pg.Pool): Promise<string | undefined> {
  return (await passes(owner)) ? 'troupe_app' : undefined
}

async function passes(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ passes: boolean }>(
    'SELECT rolsuper OR rolbypassrls AS passes FROM pg_roles WHERE rolname = current_user',
  )
  return rows[0]?.passes ?? true
}

/** pg reports the loss of a connection as an event that would end the process; its query fails, and the next one opens a new one. */
function ignoreLoss(): void {}

/** The pool listens to connections that are idle; those that somebody holds would be without a listener. */
function heedless(client: pg.PoolClient): void {
  client.on('error', ignoreLoss)
}

const retryCodes = new Set(['40001', '40P01', 'P2034'])

function mayRetry(error: unknown): boolean {
  return retryCodes.has(sqlState(error) ?? '')
}

/** The SQLSTATE (or Prisma code) behind an error, wherever the driver put it. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, meta, cause } = error as {
    code?: unknown
    meta?: { code?: unknown; driverAdapterError?: unknown }
    cause?: unknown
  }
  if (typeof code === 'string' && (code.length === 5 || code === 'P2034')) {
    if (code !== 'P2010' && code !== 'P2002') return code
  }
  if (typeof meta?.code === 'string') return meta.code
  const { originalCode } = error as { originalCode?: unknown }
  if (typeof originalCode === 'string') return originalCode
  return sqlState(meta?.driverAdapterError) ?? sqlState(cause)
}
