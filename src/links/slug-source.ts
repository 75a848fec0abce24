// Where the slug table reads from: the links of all programs, and the channel on which the database tells of changes.
import pg from 'pg'
import type { Offered, Scope } from './rules-offers.ts'
import type { Calendar, LinkRow, SlugSource } from './slugs.ts'

const columns = 'slug, id, "programId", "creatorId", destination'
const pages = `SELECT o.*, (SELECT jsonb_agg(jsonb_build_object('who', f.who, 'target', f.target, 'links', f.links, 'codes', f.codes,
    'since', f.since)) FROM "OfferFor" f WHERE f."offerId" = o.id AND f.links) AS "on"
  FROM "Offer" o WHERE o.destination IS NOT NULL AND o."endsAt" > $1 ORDER BY o.id LIMIT 5000`
const tagged = `SELECT id, tags FROM "Creator" WHERE "programId" = $1 AND EXISTS (SELECT FROM unnest(tags) t WHERE lower(t) = ANY($2))`
const TIMEOUT_MS = 5_000

/** Reads with the application's pool; listens on a session of its own at `directUrl` (a transaction pooler cannot LISTEN). */
export function slugSource(pool: pg.Pool, directUrl: string, onTrouble: (error: unknown) => void = () => {}): SlugSource {
  async function read<Row extends pg.QueryResultRow = LinkRow>(text: string, values: unknown[], program = '*'): Promise<Row[]> {
    const client = await pool.connect()
    let failure: Error | undefined
    const run = (text: string, values: unknown[] = []) =>
      client.query<Row>({ text, values, query_timeout: TIMEOUT_MS } as pg.QueryConfig)
    try {
      await run('BEGIN')
      await run(`SELECT set_config('troupe.program', $1, true)`, [program])
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

  async function calendars(from: Date): Promise<Calendar[]> {
    const rows = await read<OfferLine>(pages, [from])
    const all = rows.map(({ minor, minimumMinor, on, ...row }): Offered & { programId: string } => ({
      ...row,
      // Where a link leads is all that is asked of it here.
      currency: '',
      minor: minor === null ? null : BigInt(minor),
      minimumMinor: minimumMinor === null ? null : BigInt(minimumMinor),
      on: (on ?? []).map((scope) => ({ ...scope, since: new Date(scope.since) })),
    }))
    const found: Calendar[] = []
    for (const programId of new Set(all.map((offer) => offer.programId))) {
      const offers = all.filter((offer) => offer.programId === programId)
      found.push({ programId, offers, tags: await tagsOf(programId, offers) })
    }
    return found
  }

  /** Who has the tags that offers name; creators are read one program at a time. */
  async function tagsOf(programId: string, offers: Offered[]): Promise<Map<string, string[]>> {
    const named = offers.flatMap(({ on }) => on.flatMap(({ who, target }) => (who === 'tag' ? [target.toLowerCase()] : [])))
    if (named.length === 0) return new Map()
    const rows = await read<{ id: string; tags: string[] }>(tagged, [programId, named], programId)
    return new Map(rows.map(({ id, tags }) => [id, tags]))
  }

  return {
    calendars,
    page: (after, limit) => read(`SELECT ${columns} FROM "Link" WHERE slug > $1 ORDER BY slug LIMIT $2`, [after, limit]),
    find: async (slug) => (await read(`SELECT ${columns} FROM "Link" WHERE slug = $1`, [slug]))[0] ?? null,
    listen: (changed) => listenForever(directUrl, changed, onTrouble),
  }
}

type OfferLine = Omit<Offered, 'minor' | 'currency' | 'minimumMinor' | 'on'> & {
  programId: string
  minor: string | null
  minimumMinor: string | null
  on: (Omit<Scope, 'since'> & { since: string })[] | null
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
