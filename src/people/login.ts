// The way from the chat into a browser. A login link is 32 random bytes that were given to one person, live ten minutes and are
// spent by the first who uses them; a session is 32 other random bytes, made when the link is spent. Both are kept as hashes only,
// so that whoever reads the database can't sign in with what stands there.
import type { Context } from '../context.ts'
import { type Database, type Db, tenantFirst } from '../db/client.ts'
import { type Member, memberColumns } from '../db/inbox.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sha256 } from '../kernel/signature.ts'
import { hours, minutes } from '../kernel/time.ts'
import { type MailOffer, takeUp } from './addresses.ts'
import { membershipOf } from './service.ts'

export const LINK_MINUTES = 10
export const SESSION_HOURS = 12

/** A program and a secret of it; in addresses and cookies they stand as `<program id>.<token>`. */
export type Pass = { programId: string; token: string }

export const freshToken = (ctx: Pick<Context, 'random'>): string => Buffer.from(ctx.random(32)).toString('base64url')

export const writePass = ({ programId, token }: Pass): string => `${programId}.${token}`

/** The program and token of a pass as it came from outside; undefined for anything else. Nothing is looked up. */
export function readPass(written: string): Pass | undefined {
  const [programId, token = '', ...more] = written.split('.')
  return isId('program', programId) && more.length === 0 && /^[A-Za-z0-9_-]{43}$/.test(token) ? { programId, token } : undefined
}

/**
 * Makes a login link for a person and gives the path it is reached at. `page` is what opens behind it, such as `/dashboard`. One that
 * goes out by mail lives longer and says what following it proves.
 */
export async function offerLogin(
  ctx: Context,
  personId: string,
  page: string,
  mailed?: { offer: MailOffer; until: Date },
): Promise<string> {
  const token = freshToken(ctx)
  const own = { programId: ctx.program.id, personId }
  await ctx.db.loginLink.deleteMany({ where: { ...own, expiresAt: { lte: ctx.now } } })
  const expiresAt = mailed?.until ?? minutes(ctx.now, LINK_MINUTES)
  const offer = mailed ? { offer: mailed.offer } : {}
  await ctx.db.loginLink.create({
    data: { id: ctx.id('login'), ...own, tokenHash: sha256(token), page, ...offer, expiresAt, createdAt: ctx.now },
  })
  return `/login/${writePass({ programId: ctx.program.id, token })}`
}

/** Whose link this is, while it can still be spent. Looking at it does not spend it. */
export async function findLogin(db: Db, now: Date, pass: Pass): Promise<{ personId: string; page: string } | null> {
  return db.loginLink.findFirst({
    where: { programId: pass.programId, tokenHash: sha256(pass.token), spentAt: null, expiresAt: { gt: now } },
    select: { personId: true, page: true },
  })
}

/** Spends the link and opens a session with a token of its own. Of two who try at once, one is refused with too_late. */
export async function spendLogin(ctx: Context, pass: Pass): Promise<{ token: string; page: string }> {
  const tokenHash = sha256(pass.token)
  const { count } = await ctx.db.loginLink.updateMany({
    where: { programId: ctx.program.id, tokenHash, spentAt: null, expiresAt: { gt: ctx.now } },
    data: { spentAt: ctx.now },
  })
  if (count !== 1) throw spent()
  const { personId, page, offer } = await ctx.db.loginLink.findUniqueOrThrow({ where: { tokenHash } })
  if (offer !== null) await takeUp(ctx, personId, offer as MailOffer)
  const token = freshToken(ctx)
  const own = { programId: ctx.program.id, personId }
  await ctx.db.session.deleteMany({ where: { ...own, expiresAt: { lte: ctx.now } } })
  const expiresAt = hours(ctx.now, SESSION_HOURS)
  await ctx.db.session.create({
    data: { id: ctx.id('session'), ...own, tokenHash: sha256(token), expiresAt, createdAt: ctx.now },
  })
  return { token, page }
}

export const spent = (): Refusal =>
  new Refusal('too_late', 'This link was used before, or its time is over.', 'Type /dashboard in the chat for a new one.')

/** Who sits behind a session, and in which program. */
export type Sitting = Member & {
  /** Whether they are a creator of the program, whatever else they are. */
  creator: boolean
  /** The account they have on the web; null before their first visit. */
  account: string | null
  programName: string
  demo: boolean
}

// LATERAL and OFFSET keep the planner from looking at anybody before the tenant is set.
const sitting = `WITH ${tenantFirst}
  SELECT found.* FROM tenant, LATERAL (
    SELECT ${memberColumns}, p.name AS "programName", p.demo, c.id IS NOT NULL AS creator,
      (SELECT i."externalId" FROM "Identity" i WHERE i."personId" = m."personId" AND i.platform = 'web' AND i.workspace = tenant.id
        ORDER BY i.id LIMIT 1) AS account
    FROM "Session" s
    JOIN "Membership" m ON m."programId" = tenant.id AND m."personId" = s."personId"
    JOIN "Program" p ON p.id = tenant.id
    LEFT JOIN "Creator" c ON c."programId" = tenant.id AND c."personId" = s."personId"
    WHERE s."programId" = tenant.id AND s."tokenHash" = $2 AND s."expiresAt" > $3 OFFSET 0) found`

/** Who sits behind a pass, by one statement; undefined when the session ended or belongs to another program. */
export async function whoSits(database: Pick<Database, 'single'>, now: Date, pass: Pass): Promise<Sitting | undefined> {
  const values = [pass.programId, sha256(pass.token), now]
  return (await database.single<Sitting>(pass.programId, { name: 'who sits', text: sitting, values }))[0]
}

export async function endSession(db: Db, pass: Pass): Promise<void> {
  await db.session.deleteMany({ where: { programId: pass.programId, tokenHash: sha256(pass.token) } })
}

/** Takes away links and sessions that have run out; gives how many. */
export async function due(ctx: Context): Promise<number> {
  const where = { programId: ctx.program.id, expiresAt: { lte: ctx.now } }
  const links = await ctx.db.loginLink.deleteMany({ where })
  const sessions = await ctx.db.session.deleteMany({ where })
  return links.count + sessions.count
}

/** The account a person is known by on the web; whoever came through another door gets one named by their own id. */
export async function webAccount(ctx: Context, personId: string): Promise<string> {
  const where = { personId, platform: 'web', workspace: ctx.program.id }
  const known = await ctx.db.identity.findFirst({ where, orderBy: { id: 'asc' } })
  if (known) return known.externalId
  const { name } = await membershipOf(ctx, personId)
  const account = { id: ctx.id('identity'), ...where, externalId: personId, name, createdAt: ctx.now }
  await ctx.db.identity.createMany({ data: account, skipDuplicates: true })
  return personId
}
