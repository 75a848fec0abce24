// Ten thousand schedules of many programs, rung by two workers through a Redis that forgets everything at a random moment. PostgreSQL
// holds the schedules and Redis only wakes, so what counts is how soon the wake-ups stand again by themselves, how late whatever came
// due meanwhile is done, and that each was done once. The database itself notes every turn that a schedule takes.
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { createLog } from '../src/log.ts'
import { ringNames } from '../src/messages/rings.ts'
import { type Bell, openBell } from '../src/queue.ts'
import { type House, openHouse } from './house-process.ts'
import { openRedis } from './redis.ts'
import { type Bench, percentile } from './side-by-side.ts'

const SCHEDULES = 10_000
const WORKERS = 2
const REBUILT_MS = 10_000
/** Schedules that come due while Redis forgets and is looked after. */
const DUE = 400
const DUE_WITHIN_S = 40
const LONGEST_MS = 120_000

export const bench: Bench = async ({ short }) => {
  const redis = await openRedis()
  if (!redis) throw new Error('There is no redis-server on this machine, so nothing was measured.')
  const house = await openHouse()
  const client = new pg.Client(house.url)
  await client.connect()
  const bells: Bell[] = []
  try {
    const programs = await plant(client, house)
    for (let n = 0; n < WORKERS; n++) bells.push(await work(house, redis.url))
    const standing = async () => (await bells[0]!.queue.getJobSchedulers()).length
    const all = await standing()
    const rounds: Record<string, number>[] = []
    for (let n = 0; n < (short ? 1 : 5); n++) {
      const until = await comeDue(client)
      await pause(2_000 + house.app.random(1)[0]! * 50)
      await redis.client.flushall()
      const began = performance.now()
      const rebuilt = await untilTrue(async () => (await standing()) === all, began)
      const rung = await untilTrue(async () => (await bells[0]!.queue.getJobCounts('completed')).completed! > 0, began)
      await pause(Math.max(0, until - performance.now()))
      await untilTrue(async () => (await waiting(client)) === 0, performance.now())
      rounds.push({ 'wake-ups stand again, ms': rebuilt, 'the first ring after it is done, ms': rung })
    }
    const late = await lateness(client)
    const exact = await exactness(client)
    const most = (key: string) => Math.max(...rounds.map((round) => round[key]!))
    const gates = {
      'all wake-ups stand again within 10 s': most('wake-ups stand again, ms') <= REBUILT_MS,
      'each schedule that came due was carried out once, and no other':
        exact.due > 0 && exact.missed === 0 && exact.twice === 0 && exact.early === 0,
    }
    return {
      name: 'schedules',
      claim: 'schedules outlive a Redis that forgets everything',
      main: 'wake-ups stand again, ms (slowest)',
      exact: 'each schedule that came due was carried out once, and no other',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        schedules: SCHEDULES,
        programs,
        workers: WORKERS,
        'flushes of Redis': rounds.length,
        'wake-ups stand again, ms (slowest)': most('wake-ups stand again, ms'),
        'the first ring after it is done, ms (slowest)': most('the first ring after it is done, ms'),
        'came due': exact.due,
        missed: exact.missed,
        'done twice': exact.twice,
        'done before their time': exact.early,
        'done after they were due, s (median)': percentile(late, 0.5),
        'done after they were due, s (latest)': percentile(late, 1),
      },
      rounds: { 'each flush': rounds },
    }
  } finally {
    await Promise.all(bells.map((bell) => bell.close()))
    await client.end()
    redis.stop()
    await house.close()
  }
}

/** A worker with every recurring ring of Troupe; of the jobs only the one that carries schedules out does anything. */
async function work({ app }: House, url: string): Promise<Bell> {
  const bell = await openBell(url, app.jobs, createLog('fatal'))
  await bell.work(async (job) => {
    if (job.name === 'schedule') await app.runJob('schedule')
  })
  return bell
}

/** Milliseconds since `began` when it is so. */
async function untilTrue(isSo: () => Promise<boolean>, began: number): Promise<number> {
  while (!(await isSo())) {
    if (performance.now() - began > LONGEST_MS) throw new Error('The schedules were not carried out within two minutes.')
    await pause(50)
  }
  return performance.now() - began
}

/** Copies of the program and its schedules, spread over a week from tomorrow on; and a note of every turn that one takes. */
async function plant(client: pg.Client, { programId }: House): Promise<number> {
  const programs = Math.ceil(SCHEDULES / ringNames.length)
  await client.query(`
    INSERT INTO "Program" SELECT (jsonb_populate_record(p, jsonb_build_object('id', 'prg_' || lpad(n::text, 26, '0')))).*
      FROM "Program" p, generate_series(1, ${programs}) n WHERE p.id = '${programId}';
    DELETE FROM "Schedule";
    INSERT INTO "Schedule" (id, "programId", name, rhythm, zone, "nextAt", "createdAt")
      SELECT 'sch_' || n || '_' || name, 'prg_' || lpad(n::text, 26, '0'), name, '{"every": "week", "weekday": 1, "at": "09:00"}', 'Europe/Berlin',
        now() + interval '1 day' + random() * interval '7 days', now()
      FROM generate_series(1, ${programs}) n, unnest(ARRAY[${ringNames.map((name) => pg.escapeLiteral(name)).join(', ')}]) name LIMIT ${SCHEDULES};
    CREATE TABLE "Due" (id text, due timestamptz);
    CREATE TABLE "Turn" (id text, due timestamptz, at timestamptz);
    CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN INSERT INTO "Turn" VALUES (OLD.id, OLD."nextAt", clock_timestamp()); RETURN NULL; END $$;
    CREATE TRIGGER turns AFTER UPDATE ON "Schedule" FOR EACH ROW WHEN (NEW."lastAt" IS DISTINCT FROM OLD."lastAt") EXECUTE FUNCTION noted();
    ANALYZE`)
  return programs
}

/** Lets some come due in the next moments; gives when the last has. */
async function comeDue(client: pg.Client): Promise<number> {
  await client.query(`
    WITH chosen AS (SELECT id FROM "Schedule" ORDER BY random() LIMIT ${DUE}),
      moved AS (UPDATE "Schedule" s SET "nextAt" = clock_timestamp() + random() * interval '${DUE_WITHIN_S} seconds'
        FROM chosen c WHERE c.id = s.id RETURNING s.id, s."nextAt")
    INSERT INTO "Due" SELECT * FROM moved`)
  return performance.now() + DUE_WITHIN_S * 1_000
}

async function waiting(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM "Schedule" WHERE "nextAt" <= now()`)
  return rows[0]!.n
}

async function lateness(client: pg.Client): Promise<number[]> {
  const { rows } = await client.query<{ s: number }>(`SELECT extract(epoch FROM at - due)::float8 AS s FROM "Turn"`)
  return rows.map(({ s }) => s)
}

/** Holds what came due against the turns that were taken. */
async function exactness(client: pg.Client): Promise<Record<'due' | 'missed' | 'twice' | 'early', number>> {
  const { rows } = await client.query<Record<'due' | 'missed' | 'twice' | 'early', number>>(`
    SELECT (SELECT count(*) FROM "Due")::int AS due,
      (SELECT count(*) FROM "Due" d WHERE NOT EXISTS (SELECT FROM "Turn" t WHERE t.id = d.id AND t.due = d.due))::int AS missed,
      (SELECT count(*) FROM (SELECT FROM "Turn" GROUP BY id, due HAVING count(*) > 1) again)::int AS twice,
      (SELECT count(*) FROM "Turn" t WHERE t.at < t.due OR NOT EXISTS (SELECT FROM "Due" d WHERE d.id = t.id AND d.due = t.due))::int AS early`)
  return rows[0]!
}
