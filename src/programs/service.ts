import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Program } from '../db/generated/client.ts'
import type { Id, Kind } from '../kernel/id.ts'
import { must } from '../kernel/refusal.ts'
import { days, nextLocal, type Rhythm } from '../kernel/time.ts'
import { channels, leastPaid, type Policy, policySchema, termsSummary, termsText } from './rules.ts'

/** What founding needs of the world; a Context fits. */
export type Founding = {
  db: Db
  now: Date
  id: <K extends Kind>(kind: K) => Id<K>
  random: (bytes: number) => Uint8Array
  seal: (plain: string) => string
}

export type NewProgram = {
  id: Id<'program'>
  name: string
  currency: string
  zone: string
  locale?: string
  demo?: boolean
  policy?: Partial<Policy>
  /** Shops to open a signed webhook for. */
  sources?: string[]
  /** Creators hear nothing unasked for so many days, unless a manager starts it sooner. */
  graceDays?: number
  /** The program whose test orders are booked here. */
  testOf?: string
}

/** Days in which managers of a new program look at what its creators would get, before it goes out by itself. */
export const GRACE_DAYS = 3

const mondayNine: Rhythm = { every: 'week', at: '09:00', weekday: 1 }

/** Makes an empty program with its web space, channels, first terms, weekly leaderboard and webhook secrets. `db` must be within its id. */
export async function found(world: Founding, plan: NewProgram): Promise<Program> {
  const { db, now } = world
  const grace = plan.graceDays === undefined ? {} : { messagesFrom: days(now, plan.graceDays).toISOString() }
  const policy = policySchema.parse({ minPayoutMinor: leastPaid(plan.currency), ...plan.policy, ...grace })
  const program = await db.program.create({
    data: {
      id: plan.id,
      name: plan.name,
      demo: plan.demo ?? false,
      currency: plan.currency,
      zone: plan.zone,
      locale: plan.locale ?? 'en',
      policy,
      testOf: plan.testOf ?? null,
      createdAt: now,
    },
  })
  await openSpace(world, program.id, 'web', program.id)
  await publishTerms(world, program, policy)
  await db.schedule.create({
    data: {
      id: world.id('schedule'),
      programId: program.id,
      name: 'leaderboard',
      rhythm: mondayNine,
      zone: plan.zone,
      nextAt: nextLocal(mondayNine, plan.zone, now),
      createdAt: now,
    },
  })
  for (const source of plan.sources ?? ['generic', 'shopify']) await connect(world, program.id, source)
  return program
}

/**
 * Ties a Discord server, Slack workspace or the simulator to the program and gives the space's id; undefined when it is tied already.
 * The simulator's channels open with it; those of a chat platform stand once prepareSpace has made or adopted them.
 */
export async function openSpace(
  world: Founding,
  programId: string,
  platform: string,
  workspace: string,
): Promise<string | undefined> {
  const { db, now } = world
  const spaceId = world.id('space')
  const { count } = await db.space.createMany({
    data: { id: spaceId, programId, platform, workspace, createdAt: now },
    skipDuplicates: true,
  })
  if (count === 0) return undefined
  if (platform !== 'web') return spaceId
  await db.channel.createMany({
    data: channels.map((channel) => ({
      id: world.id('post'),
      programId,
      spaceId,
      audience: channel.purpose,
      externalId: `${programId}:${channel.purpose}`,
      name: channel.name,
      createdAt: now,
    })),
  })
  return spaceId
}

/** Makes or adopts the program's channels in a space; what is missing there is told to `personId`. */
export async function prepareSpace(ctx: Context, spaceId: string, personId: string): Promise<void> {
  const wanted = channels.map(({ purpose, name, about, role }) => ({ audience: purpose, name, about, role }))
  await ctx.prepare(spaceId, wanted, personId)
}

/** Publishes the next version of the terms from the policy. */
export async function publishTerms(world: Founding, program: { id: string; name: string; currency: string }, policy: Policy) {
  const last = await world.db.termsVersion.findFirst({ where: { programId: program.id }, orderBy: { version: 'desc' } })
  const version = (last?.version ?? 0) + 1
  const text = termsText(program.name, policy, version, program.currency)
  return world.db.termsVersion.create({
    data: {
      id: world.id('terms'),
      programId: program.id,
      version,
      text,
      hash: createHash('sha256').update(text).digest('hex'),
      summary: termsSummary(policy, program.currency),
      publishedAt: world.now,
    },
  })
}

/** The program a unit of work belongs to. Each begins with it, and a plain statement costs less than half of what a model's query does. */
export async function programNow(db: Db, id: string): Promise<Program> {
  const [program] = await db.$queryRaw<Program[]>`
    SELECT id, name, demo, currency, zone, locale, policy, "testOf", "createdAt" FROM "Program" WHERE id = ${id}`
  return program ?? db.program.findUniqueOrThrow({ where: { id } })
}

/** The terms in force. */
export async function currentTerms(db: Db, programId: string) {
  const terms = await db.termsVersion.findFirst({ where: { programId }, orderBy: { version: 'desc' } })
  must(terms, 'every program has terms')
  return terms
}

/** Opens a webhook for a source with a new secret, or adds one beside the old (rotation keeps the last two). Returns the new secret. */
export async function connect(world: Founding, programId: string, source: string): Promise<string> {
  const secret = `whsec_${Buffer.from(world.random(24)).toString('base64')}`
  const before = await world.db.connection.findUnique({ where: { programId_source: { programId, source } } })
  const secrets = [world.seal(secret), ...(before ? (before.secrets as string[]) : [])].slice(0, 2)
  await world.db.connection.upsert({
    where: { programId_source: { programId, source } },
    create: { id: world.id('space'), programId, source, secrets, createdAt: world.now },
    update: { secrets },
  })
  return secret
}
