// One-time codes: made, guessed at, spent. A code is looked up by its hash before it is known which program it leads to.
import type { Config } from '../config.ts'
import type { Context } from '../context.ts'
import type { Database, Db } from '../db/client.ts'
import type { Claim } from '../db/generated/client.ts'
import type { Id } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days, hours, minutes } from '../kernel/time.ts'
import type { Sealer } from '../seal.ts'
import { CONNECT_MINUTES, makeCode, readCode, SPACE_HOURS, sayCode, TRIES, WAIT_MINUTES } from './rules-claims.ts'

export type Purpose = 'found' | 'space' | 'connect'

/** What codes need of the house; a Context and the app fit. */
type Hasher = { hashCode: (code: string) => string }

/** What the start needs of the app. */
export type Starting = {
  config: Pick<Config, 'chat' | 'TROUPE_ROLES'>
  database: Database
  sealer: Sealer
  clock: () => Date
  random: (bytes: number) => Uint8Array
  newId: (kind: 'claim', now: Date) => Id<'claim'>
}

/** The keyed hash of a code, the same in every program. */
export const codeHash = (sealer: Sealer, code: string): string => sealer.hash('one-time code', code)

/**
 * The code that makes its first user the admin, to be printed where Troupe was started: while a chat platform is configured, listened
 * to by this process, and no program has a space there. Each process that starts makes one; all end with the first that is used.
 */
export async function claimCodeAtStart(app: Starting): Promise<string | undefined> {
  if (app.config.chat.length === 0 || !app.config.TROUPE_ROLES.includes('bot')) return undefined
  const now = app.clock()
  return app.database.across(async (db) => {
    if ((await db.space.count({ where: { platform: { not: 'web' } } })) > 0) return undefined
    await db.claim.deleteMany({ where: { purpose: 'found', expiresAt: { lte: now } } })
    const code = makeCode(app.random(10))
    const row = { id: app.newId('claim', now), purpose: 'found', codeHash: codeHash(app.sealer, code), payload: {} }
    await db.claim.create({ data: { ...row, expiresAt: hours(now, SPACE_HOURS), createdAt: now } })
    return sayCode(code)
  })
}

/** A code that ties one more space to the program. */
export const offerSpace = (ctx: Context): Promise<string> => offer(ctx, 'space', hours(ctx.now, SPACE_HOURS))

/** A code that connects the account it is typed with to the actor; the one before it ends. */
export const offerConnect = (ctx: Context): Promise<string> => offer(ctx, 'connect', minutes(ctx.now, CONNECT_MINUTES))

async function offer(ctx: Context, purpose: Purpose, expiresAt: Date): Promise<string> {
  const own = { programId: ctx.program.id, purpose, personId: ctx.actor.personId }
  if (purpose === 'connect') await ctx.db.claim.deleteMany({ where: { ...own, spentAt: null } })
  const code = makeCode(ctx.random(10))
  await ctx.db.claim.create({
    data: { id: ctx.id('claim'), ...own, codeHash: ctx.hashCode(code), payload: {}, expiresAt, createdAt: ctx.now },
  })
  return sayCode(code)
}

/**
 * Looks a code up for someone. A wrong one is counted and gives the Refusal to tell, which is not thrown: the count has to be
 * committed. Nothing is spent yet.
 */
export async function tryCode(
  db: Db,
  house: Hasher,
  now: Date,
  guess: { asker: string; typed: string; purposes: Purpose[] },
): Promise<Claim | Refusal> {
  const who = house.hashCode(`asker ${guess.asker}`)
  const until = minutes(now, WAIT_MINUTES)
  // The row is locked from here on, so that guesses sent all at once are counted one after the other.
  const [row] = await db.$queryRaw<{ tries: number }[]>`
    INSERT INTO "Guess" AS g (who, tries, until) VALUES (${who}, 0, ${until})
    ON CONFLICT (who) DO UPDATE SET tries = CASE WHEN g.until <= ${now} THEN 0 ELSE g.tries END,
      until = CASE WHEN g.until <= ${now} THEN ${until} ELSE g.until END
    RETURNING tries`
  if ((row?.tries ?? 0) >= TRIES)
    return new Refusal('over_limit', 'There were too many wrong codes.', 'Wait an hour, then try again with a new code.')
  const code = readCode(guess.typed)
  const claim =
    code === undefined
      ? null
      : await db.claim.findFirst({
          where: { codeHash: house.hashCode(code), purpose: { in: guess.purposes }, expiresAt: { gt: now } },
        })
  if (claim) {
    await db.guess.deleteMany({ where: { who } })
    return claim
  }
  await db.guess.update({ where: { who }, data: { tries: { increment: 1 } } })
  return new Refusal('invalid', 'This code is not right, or its time is over.', 'Check it, or get a new one.', 'code')
}

export const used = (): Refusal => new Refusal('too_late', 'This code was used before.', 'A code works once. Get a new one.')

/** Spends a code; throws when somebody was faster. With a code that founds, all others of its kind end. */
export async function spend(ctx: Context, claim: Claim): Promise<void> {
  const open = { spentAt: null, expiresAt: { gt: ctx.now } }
  const spent = { spentAt: ctx.now }
  const { count } = await ctx.db.claim.updateMany({ where: { id: claim.id, ...open }, data: spent })
  if (count !== 1) throw used()
  if (claim.purpose === 'found') await ctx.db.claim.updateMany({ where: { purpose: 'found', ...open }, data: spent })
}

/** What an invitation says is kept so long after its end, for a new link to the same person says it again. */
const SAID_DAYS = 180

/** Takes away codes and counts whose time is over; gives how many. */
export async function due(ctx: Context): Promise<number> {
  const said = { purpose: 'invite', spentAt: null, expiresAt: { gt: days(ctx.now, -SAID_DAYS) } }
  const over = { programId: ctx.program.id, expiresAt: { lte: ctx.now } }
  const claims = await ctx.db.claim.deleteMany({ where: { ...over, NOT: said } })
  const guesses = await ctx.db.guess.deleteMany({ where: { until: { lte: ctx.now } } })
  return claims.count + guesses.count
}
