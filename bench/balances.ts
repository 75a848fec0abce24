// Balances beside the transfers: a row for each of a creator's accounts, and none for the program's, which are in every transfer.
// Against the same with a row for every account, where all transactions wait for one another at the program's. Each transaction books
// one transfer and stays open as long as a sale takes to be told.
import pg from 'pg'
import { wallClock } from '../src/app.ts'
import { openHouse } from './house-process.ts'
import { type Bench, sideBySide, type Turn } from './side-by-side.ts'

const CONNECTIONS = 16
const CREATORS = 500
/** What else a unit of work does before it commits. */
const REST_MS = 4

export const bench: Bench = async ({ short }) => {
  const house = await openHouse()
  const pool = new pg.Pool({ connectionString: house.url, max: CONNECTIONS })
  // A connection that the database closes at the end is no news.
  pool.on('error', () => {})
  try {
    await pool.query(hot)
    let n = 0
    const turn = async (table: 'Transfer' | 'HotTransfer'): Promise<Turn> => {
      const [began, seconds] = [performance.now(), short ? 4 : 15]
      let booked = 0
      const worker = async () => {
        const client = await pool.connect()
        while (performance.now() - began < seconds * 1_000) {
          const id = `trf_${n++}`
          await client.query('BEGIN')
          await client.query(
            `INSERT INTO "${table}" (id, "programId", "from", "to", minor, currency, key, because, at) VALUES ($1, $2, 'program:commission', $3, 5, 'EUR', $1, '{}', $4)`,
            [id, house.programId, `creator:crt_${n % CREATORS}:pending`, wallClock()],
          )
          await client.query('SELECT pg_sleep($1)', [REST_MS / 1_000])
          await client.query('COMMIT')
          booked++
        }
        client.release()
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, worker))
      return { perSecond: booked / ((performance.now() - began) / 1_000) }
    }
    const result = await sideBySide(
      short ? 3 : 7,
      () => turn('HotTransfer'),
      () => turn('Transfer'),
    )
    const { rows } = await pool.query<{ wrong: number }>(
      `SELECT count(*)::int AS wrong FROM (SELECT "to" AS account, sum(minor) AS minor FROM "Transfer" GROUP BY 1) t
       FULL JOIN "Balance" b ON b.account = t.account WHERE t.minor IS DISTINCT FROM b.minor`,
    )
    const gates = {
      'at least twice as many transactions a second as with a row for the program (median of pairs)': result.ratio >= 2,
      'every balance is the sum of its transfers': rows[0]!.wrong === 0,
    }
    return {
      name: 'balances',
      claim: 'balances kept with every transfer, without a row that all transactions wait for',
      main: 'times as fast (median of pairs)',
      exact: 'every balance is the sum of its transfers',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        connections: CONNECTIONS,
        'times as fast (median of pairs)': result.ratio,
        'each pair': result.ratios,
        'transactions per second': Math.round(result.b.perSecond),
        'with a row for the program, per second': Math.round(result.a.perSecond),
      },
      rounds: { 'with a row for the program, ours': result.turns },
    }
  } finally {
    await pool.end()
    await house.close()
  }
}

/** The same tables with a balance for every account. */
const hot = `
  CREATE TABLE "HotTransfer" (LIKE "Transfer" INCLUDING ALL);
  CREATE TABLE "HotBalance" (LIKE "Balance" INCLUDING ALL);
  CREATE FUNCTION hot_booked() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO "HotBalance" SELECT m."programId", m.account, m.currency, sum(m.minor)::bigint FROM (
      SELECT "programId", "to" AS account, currency, minor FROM booked UNION ALL SELECT "programId", "from", currency, -minor FROM booked) m
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT ("programId", account, currency) DO UPDATE SET minor = "HotBalance".minor + EXCLUDED.minor;
    RETURN NULL;
  END $$;
  CREATE TRIGGER hot AFTER INSERT ON "HotTransfer" REFERENCING NEW TABLE AS booked FOR EACH STATEMENT EXECUTE FUNCTION hot_booked()`
