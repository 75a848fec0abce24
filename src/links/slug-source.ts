// Where the slug table reads from: the links of all programs, and the channel on which the database tells of changes.
import pg from 'pg'
import type { LinkRow, SlugSource } from './slugs.ts'

const columns = 'slug, id, "programId", destination'
const TIMEOUT_MS = 5_000

/** Reads with the application's pool; listens on a session of its own at `directUrl` (a transaction pooler cannot LISTEN). */
export function slugSource(pool: pg.Pool, directUrl: string, onTrouble: (error: unknown) => void = () => {}): SlugSource {
  async function read(text: string, values: unknown[]): Promise<LinkRow[]> {
    const client = await pool.connect()
    let failure: Error | undefined
    const run = (text: string, values: unknown[] = []) =>
      client.query<LinkRow>({ text, values, query_timeout: TIMEOUT_MS } as pg.QueryConfig)
    try {
      await run('BEGIN')
      await run(`SELECT set_config('troupe.program', '*', true)`)
      const { rows } = await run(text, values)
      await run('COMMIT')
      return rows
    } catch (error) {
      failure = error as Error
      throw error
    } finally {
      client.release(failure)
    }
  }

  return {
    page: (after, limit) => read(`SELECT ${columns} FROM "Link" WHERE slug > $1 ORDER BY slug LIMIT $2`, [after, limit]),
    find: async (slug) => (await read(`SELECT ${columns} FROM "Link" WHERE slug = $1`, [slug]))[0] ?? null,
    listen: (changed) => listenForever(directUrl, changed, onTrouble),
  }
}

async function listenForever(
  url: string,
  changed: (slug: string) => void,
  onTrouble: (error: unknown) => void,
): Promise<() => Promise<void>> {
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let failures = 0

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'troupe-links',
      connectionTimeoutMillis: TIMEOUT_MS,
      keepAlive: true,
    })
    let lost = false
    const again = (error: unknown) => {
      if (lost || stopped) return
      lost = true
      client = null
      onTrouble(error)
      fresh.end().catch(() => {})
      timer = setTimeout(() => void connect(), Math.min(10_000, 100 * 2 ** failures++))
      timer.unref()
    }
    fresh.on('error', again)
    fresh.on('end', () => again(new Error('The connection that listens for changed links ended.')))
    fresh.on('notification', (message) => changed(message.payload || '*'))
    try {
      await fresh.connect()
      await fresh.query('LISTEN troupe_links')
      client = fresh
      if (failures > 0) changed('*')
      failures = 0
    } catch (error) {
      again(error)
    }
  }

  await connect()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await client?.end().catch(() => {})
  }
}
