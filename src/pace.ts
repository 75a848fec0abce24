/** What all processes keep together: a pace, such as a platform allows one bot, and turns at what only one may do at a time. */
import type pg from 'pg'
import type { Pace } from './platforms/platform.ts'

/** A turn that is taken later than this is given up for another: turns that a busy moment bunched together would break the pace. */
const LATE_MS = 100
const TRIES = 5

/**
 * Gives a way to wait for a turn. All processes share one row per key; turns are counted by PostgreSQL's clock, for those of several
 * machines differ. In one process they are taken one after the other, in the order they were asked for.
 */
export function openPace(pool: pg.Pool): (key: string, pace: Pace) => Promise<void> {
  const lines = new Map<string, Promise<void>>()
  return (key, pace) => {
    const turn = (lines.get(key) ?? Promise.resolve()).then(() => takeTurn(pool, key, pace))
    const over: Promise<void> = turn
      .catch(() => {})
      .then(() => {
        if (lines.get(key) === over) lines.delete(key)
      })
    lines.set(key, over)
    return turn
  }
}

/**
 * Gives a way to do something alone, over all processes: PostgreSQL holds the lock for as long as the work takes. In one process they
 * are done one after the other, so that each key needs one connection at most.
 */
export function openAlone(pool: pg.Pool): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const lines = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const turn = (lines.get(key) ?? Promise.resolve()).then(() => locked(pool, key, work))
    const over: Promise<unknown> = turn
      .catch(() => {})
      .then(() => {
        if (lines.get(key) === over) lines.delete(key)
      })
    lines.set(key, over)
    return turn
  }
}

async function locked<T>(pool: pg.Pool, key: string, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key])
    return await work()
  } finally {
    await client.query('ROLLBACK').then(
      () => client.release(),
      (error: Error) => client.release(error),
    )
  }
}

async function takeTurn(pool: pg.Pool, key: string, { everyMs, burst }: Pace): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const asked = performance.now()
    const { rows } = await pool.query<{ wait: number }>(
      `INSERT INTO "Pace" AS p (key, at) VALUES ($1, clock_timestamp())
       ON CONFLICT (key) DO UPDATE SET at = greatest(p.at + $2 * interval '1 ms', clock_timestamp() - $3 * interval '1 ms')
       RETURNING greatest(0, extract(epoch FROM at - clock_timestamp()) * 1000)::float8 AS wait`,
      [key, everyMs, (burst - 1) * everyMs],
    )
    const wait = Math.ceil(rows[0]!.wait)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    if (performance.now() - asked - wait <= LATE_MS) return
  }
}
