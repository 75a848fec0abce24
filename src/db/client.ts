import { AsyncLocalStorage } from 'node:async_hooks'
import { setFlagsFromString } from 'node:v8'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { atMost } from '../kernel/turn.ts'
import { type Tracer, untraced } from '../trace.ts'
import {
  askBeside,
  checkSettings,
  connectionOf,
  ignoreLoss,
  isNameless,
  type Naming,
  namesFor,
  ownerPool,
  plainPool,
} from './connections.ts'
import { type Prisma, PrismaClient } from './generated/client.ts'

/** The tenant-scoped client of one unit of work: reads and writes see only the program's own rows. */
export type Db = Prisma.TransactionClient

export type Database = {
  /**
   * One READ COMMITTED transaction with the tenant set; serialization failures and deadlocks are tried three times. It may take
   * `limitMs`, 15 seconds unless said.
   */
  within: <T>(programId: string, work: (db: Db) => Promise<T>, limitMs?: number) => Promise<T>
  /** Work whose units give up their place in the line when so long has passed, for then nobody can be answered any more. */
  hurried: <T>(ms: number, work: () => Promise<T>) => Promise<T>
  /** One statement that sets its tenant itself, as a unit of work of its own. PostgreSQL ends it after 29 seconds; it is not tried again. */
  single: <Row>(programId: string, statement: { name: string; text: string; values: unknown[] }) => Promise<Row[]>
  /** Reads of the few tables that are looked up before the program is known (Program, Space, Person, Identity, Tick). */
  across: <T>(work: (db: Db) => Promise<T>) => Promise<T>
  /** One statement on tables that belong to no program (Tick, KeyPrint), which waits behind no crowd. */
  beside: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>
  /** Plain connections with the application's role, for the hot paths. Statements with a name are prepared once on each. */
  pool: pg.Pool
  /** Connections as the owner: partitions and LISTEN. */
  owner: pg.Pool
  ping: () => Promise<void>
  close: () => Promise<void>
}

/** How a statement of `single` begins, after WITH: its first parameter is the tenant, set before row-level security looks at a row. */
export const tenantFirst = `tenant AS MATERIALIZED (SELECT set_config('troupe.program', $1, true) AS id)`

const LIMIT_MS = 15_000
/** A crowd waits here for a connection; Prisma would turn away whoever waits five seconds. */
const PATIENCE_MS = 15_000
const TRIES = 3

/** Opens the pools. `random` gives the jitter between tries, in [0, 1). */
export async function openDatabase(
  url: string,
  options: { directUrl?: string; max?: number; random?: () => number; tracer?: Tracer } = {},
): Promise<Database> {
  const { max = 10, directUrl = url } = options
  const naming: Naming = { on: directUrl === url }
  const pools = [ownerPool(directUrl)]
  const end = () => Promise.all(pools.map((pool) => pool.end()))
  try {
    const connection = await connectionOf(url, pools[0]!, max)
    // Apart: whoever holds a connection of the others while a platform is asked must not keep a call from being heard.
    pools.push(plainPool(connection, 4, naming), plainPool(connection, 4, naming))
    await checkSettings(pools[1]!)
    return assemble(connection, pools as [pg.Pool, pg.Pool, pg.Pool], { ...options, max, naming, end })
  } catch (error) {
    await end()
    throw error
  }
}

type Rest = { max: number; random?: () => number; tracer?: Tracer; naming: Naming; end: () => Promise<unknown> }

function assemble(
  connection: Awaited<ReturnType<typeof connectionOf>>,
  [owner, pool, callers]: [pg.Pool, pg.Pool, pg.Pool],
  { max, random = Math.random, tracer = untraced, naming, end }: Rest,
): Database {
  spareCompiler()
  const prisma = new PrismaClient({
    adapter: new PrismaPg(
      { ...connection, Client: TenantClient },
      { onPoolError: ignoreLoss, statementNameGenerator: namesFor(naming) },
    ),
    // Its other formats repeat what was to be written, and errors are logged.
    errorFormat: 'minimal',
  })

  const turn = atMost(max)
  const traced = <T>(programId: string, work: () => Promise<T>): Promise<T> => {
    const words = { 'db.system.name': 'postgresql', 'troupe.program': programId }
    return tracer.traced('transaction', words, work, { kind: 'client', part: true })
  }

  const transaction: Database['within'] = (programId, work, timeout) => traced(programId, () => tried(programId, work, timeout))

  const single: Database['single'] = <Row>(programId: string, statement: pg.QueryConfig) =>
    traced(programId, async () => {
      try {
        return (await callers.query(statement)).rows as Row[]
      } catch (error) {
        if (!isNameless(sqlState(error))) throw error
        naming.on = false
        return (await callers.query(statement)).rows as Row[]
      }
    })

  async function tried<T>(programId: string, work: (db: Db) => Promise<T>, timeout = LIMIT_MS): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const until = late.getStore()
        const patience = until === undefined ? PATIENCE_MS : Math.min(PATIENCE_MS, until - performance.now())
        return await turn(() => tenant.run(programId, () => prisma.$transaction(work, { timeout, maxWait: 5_000 })), patience)
      } catch (error) {
        const nameless = isNameless(sqlState(error))
        if (nameless) naming.on = false
        if (attempt >= TRIES || !(nameless || mayRetry(error))) throw error
        await new Promise((resolve) => setTimeout(resolve, attempt * 20 * (0.5 + random())))
      }
    }
  }

  return {
    within: transaction,
    hurried: (ms, work) => late.run(performance.now() + ms, work),
    single,
    across: (work) => transaction('*', work),
    pool,
    owner,
    beside: (text, values) => askBeside(pool, connection, text, values),
    ping: async () => void (await askBeside(pool, connection, 'SELECT 1')),
    close: async () => {
      await prisma.$disconnect()
      await end()
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

/** From when on, by performance.now(), whatever is done is too late. */
const late = new AsyncLocalStorage<number>()

/** Prisma's connections: a transaction begins with its tenant set, in one round trip. Were it not to, its rows would stay hidden. */
class TenantClient extends pg.Client {
  override query(this: TenantClient, ...given: unknown[]): never {
    const [statement, ...rest] = given as [{ text?: unknown } | undefined]
    const begin = () => `BEGIN; SELECT set_config('troupe.program', ${this.escapeLiteral(tenant.getStore() ?? '')}, true)`
    return (super.query as (...given: unknown[]) => never)(statement?.text === 'BEGIN' ? begin() : statement, ...rest)
  }
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
  const own = typeof code === 'string' && code.length === 5 ? code : undefined
  // Of Prisma's own codes only a conflict says enough; behind the others is what PostgreSQL said.
  if (own !== undefined && (own === 'P2034' || !own.startsWith('P2'))) return own
  if (typeof meta?.code === 'string') return meta.code
  const { originalCode } = error as { originalCode?: unknown }
  if (typeof originalCode === 'string') return originalCode
  return sqlState(meta?.driverAdapterError) ?? sqlState(cause) ?? own
}
