/** What all processes keep together: a pace, such as a platform allows one bot, and turns at what only one may do at a time. */
import type pg from 'pg'
import type { Pace, Taken } from './platforms/platform.ts'

/** A turn that is taken later than this is given up for another: turns that a busy moment bunched together would break the pace. */
const LATE_MS = 100
const TRIES = 5

/**
 * Gives a way to wait for a turn. All processes share the rows of a key; turns are counted by PostgreSQL's clock, for those of several
 * machines differ. In one process they are taken one after the other, in the order they were asked for.
 */
export function openPace(pool: pg.Pool): (key: string, pace: Pace) => Promise<Taken> {
  const lines = new Map<string, Promise<unknown>>()
  const seats = openSeats(pool)
  return (key, pace) => {
    const take = (): Promise<Taken> =>
      pace.perSecond === undefined ? takeTurn(pool, key, pace) : seats(key, pace, pace.perSecond)
    const turn = (lines.get(key) ?? Promise.resolve()).then(take)
    const over: Promise<unknown> = turn
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

async function takeTurn(pool: pg.Pool, key: string, { everyMs, burst }: Pace): Promise<Taken> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const asked = performance.now()
    const { rows } = await pool.query<{ wait: number }>(
      `INSERT INTO "Pace" AS p (key, at) VALUES ($1, clock_timestamp())
       ON CONFLICT (key) DO UPDATE SET at = greatest(p.at + $2 * interval '1 ms', clock_timestamp() - $3 * interval '1 ms')
       RETURNING greatest(0, extract(epoch FROM at - clock_timestamp()) * 1000)::float8 AS wait`,
      [key, everyMs, (burst - 1) * everyMs],
    )
    const { wait } = rows[0]!
    await pause(wait)
    if (performance.now() - asked - wait <= LATE_MS) break
  }
  return nothing
}

const nothing: Taken = () => {}

/** Not before so many milliseconds are over: a timer counts from when its round of the loop began, which may have been long before. */
async function pause(ms: number): Promise<void> {
  const until = performance.now() + ms
  for (let left = ms; left > 0; left = until - performance.now())
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)))
}

/** What was not answered, for its process died, is taken to have arrived after this. */
const LOST_MS = 1_000
/** Of the shortest way there and back that was seen, this share is surely behind an answer that has come. */
const SURE = 0.8
/** The shortest way is forgotten slowly, by so much with each answer: ways grow longer too, but a slow minute must not hide a short way. */
const FORGET_MS = 0.002

/**
 * A limit of so many in any second is so many seats, each a row with the moment it is free. Whoever asks takes the one that is free
 * first and gives it back a second after the answer, for only then is it known that the question had arrived: however late one came,
 * the one that follows it by the limit comes a whole second later.
 */
function openSeats(pool: pg.Pool): (key: string, pace: Pace, perSecond: number) => Promise<Taken> {
  const made = new Map<string, string[]>()
  const ways = new Map<string, { shortest: number; seen: number }>()
  return async (key, { everyMs, burst }, perSecond) => {
    const seats = made.get(key) ?? (await makeSeats(pool, key, perSecond))
    made.set(key, seats)
    for (;;) {
      const given = [key, everyMs, (burst - 1) * everyMs, 1_000 + LOST_MS, seats]
      const { rows } = await pool.query<{ seat: string; wait: number }>(TAKE, given)
      const taken = rows[0]
      // All seats are in the hands of others at this very moment.
      if (!taken) {
        await pause(5)
        continue
      }
      await pause(taken.wait)
      const sent = performance.now()
      return () => {
        const way = performance.now() - sent
        const before = ways.get(key)
        const shortest = before ? Math.min(way, before.shortest + FORGET_MS) : way
        const seen = (before?.seen ?? 0) + 1
        ways.set(key, { shortest, seen })
        // The first ways are those of a process that has just begun: none of them tells how short one can be.
        const sure = seen > perSecond ? SURE * shortest : 0
        // A seat that is not given back is free all the same, a little later.
        pool.query(GIVE_BACK, [taken.seat, 1_000 - sure]).catch(() => {})
      }
    }
  }
}

async function makeSeats(pool: pg.Pool, key: string, count: number): Promise<string[]> {
  const seats = Array.from({ length: count }, (_, n) => `${key}#${n + 1}`)
  await pool.query(
    `INSERT INTO "Pace" (key, at) SELECT key, clock_timestamp() FROM unnest($1::text[]) key ON CONFLICT DO NOTHING`,
    [seats],
  )
  return seats
}

/**
 * The seat that is free first, not before the turn after the one before it. A seat that was taken between this statement's beginning
 * and its lock is looked at anew, as it is then: whoever took it for that would wait until it is lost, and all others behind them. Seats
 * are named one by one: what lies between two words is another thing in each database's language.
 */
const TAKE = `
  WITH seat AS (
    SELECT key, at FROM "Pace"
    WHERE key = ANY($5::text[]) AND at <= clock_timestamp() + interval '1 second'
    ORDER BY at LIMIT 1 FOR UPDATE SKIP LOCKED),
  turn AS (
    INSERT INTO "Pace" AS p (key, at) SELECT $1, greatest(at, clock_timestamp()) FROM seat
    ON CONFLICT (key) DO UPDATE SET at = greatest(EXCLUDED.at - $3 * interval '1 ms', p.at + $2 * interval '1 ms')
    RETURNING at),
  due AS (SELECT greatest(seat.at, turn.at, clock_timestamp()) AS at FROM seat, turn),
  taken AS (UPDATE "Pace" p SET at = due.at + $4 * interval '1 ms' FROM seat, due WHERE p.key = seat.key)
  SELECT seat.key AS seat, greatest(0, extract(epoch FROM due.at - clock_timestamp()) * 1000)::float8 AS wait FROM seat, due`

const GIVE_BACK = `UPDATE "Pace" SET at = clock_timestamp() + $2 * interval '1 ms' WHERE key = $1`
