// A pass opens one page for one person: from the chat it is a link that lives half an hour. Opening it spends the link and leaves a
// second secret in that browser alone, which lives as long and ends when the page's work is done. It opens nothing else: neither is
// a login, and no login is one of these.
import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sha256 } from '../kernel/signature.ts'
import { minutes } from '../kernel/time.ts'
import { freshToken, type Pass, writePass } from './login.ts'

export const PASS_MINUTES = 30

/** Hashed with its page, so that a secret for one page is none for another. */
const hashOf = (page: string, token: string): string => sha256(`${page} ${token}`)

/** The path of a page for the actor alone, such as `/details/<pass>`; earlier ones of the same page end. */
export async function offerPass(ctx: Context, page: string): Promise<string> {
  const token = freshToken(ctx)
  const own = { programId: ctx.program.id, personId: ctx.actor.personId }
  await ctx.db.loginLink.deleteMany({ where: { ...own, page, spentAt: null } })
  const expiresAt = minutes(ctx.now, PASS_MINUTES)
  await ctx.db.loginLink.create({
    data: { id: ctx.id('login'), ...own, tokenHash: hashOf(page, token), page, expiresAt, createdAt: ctx.now },
  })
  return `${page}/${writePass({ programId: ctx.program.id, token })}`
}

/** Whose link this is, while it can still be opened. Looking does not spend it. */
export const findPass = (db: Db, now: Date, page: string, pass: Pass): Promise<{ personId: string } | null> =>
  db.loginLink.findFirst({
    where: { programId: pass.programId, tokenHash: hashOf(page, pass.token), page, spentAt: null, expiresAt: { gt: now } },
    select: { personId: true },
  })

/** Spends the link; gives the secret that the browser keeps. Of two who try at once, one is refused with too_late. */
export async function openPass(ctx: Context, page: string, pass: Pass): Promise<Pass> {
  const tokenHash = hashOf(page, pass.token)
  const { count } = await ctx.db.loginLink.updateMany({
    where: { programId: ctx.program.id, tokenHash, page, spentAt: null, expiresAt: { gt: ctx.now } },
    data: { spentAt: ctx.now },
  })
  if (count !== 1) throw passOver()
  const { personId } = await ctx.db.loginLink.findUniqueOrThrow({ where: { tokenHash } })
  const token = freshToken(ctx)
  const expiresAt = minutes(ctx.now, PASS_MINUTES)
  const own = { programId: ctx.program.id, personId }
  await ctx.db.session.create({
    data: { id: ctx.id('session'), ...own, tokenHash: hashOf(page, token), expiresAt, createdAt: ctx.now },
  })
  return { programId: ctx.program.id, token }
}

/** Who has this page open in this browser. */
export const findOpened = (db: Db, now: Date, page: string, pass: Pass): Promise<{ personId: string } | null> =>
  db.session.findFirst({
    where: { programId: pass.programId, tokenHash: hashOf(page, pass.token), expiresAt: { gt: now } },
    select: { personId: true },
  })

/** Ends what was opened; false when it was over already, so that the same form sent twice counts once. */
export async function endOpened(ctx: Context, page: string, pass: Pass): Promise<boolean> {
  const { count } = await ctx.db.session.deleteMany({
    where: { programId: ctx.program.id, tokenHash: hashOf(page, pass.token), expiresAt: { gt: ctx.now } },
  })
  return count === 1
}

export const passOver = (): Refusal =>
  new Refusal(
    'too_late',
    'This link was used before or is older than half an hour.',
    'Ask for a new one in the chat. If that leads here as well, allow cookies for this page.',
  )
