/** What persons have in common or leave behind: one bank account for two creators, and e-mail addresses that exist for minutes. */
import { createRequire } from 'node:module'
import type { Context } from '../context.ts'
import { days } from '../kernel/time.ts'
import type { Found } from './rules-orders.ts'

const load = createRequire(import.meta.url)

/** The library's list is 60,000 names long; a process that is shown no address never loads it. */
const blacklist = (): Set<string> => (load('mailchecker') as typeof import('mailchecker')).blacklist()

/** Whether the provider of this address hands out addresses for minutes. What is no address is none of those. */
export function isThrowaway(email: string): boolean {
  const domain = email.trim().toLowerCase().split('@')[1]
  if (domain === undefined) return false
  const labels = domain.split('.')
  const known = blacklist()
  return labels.some((_, from) => labels.length - from >= 2 && known.has(labels.slice(from).join('.')))
}

/**
 * A hash for a connector that remembers which of the addresses it was given are throwaways: e-mails are kept only as keyed hashes, so
 * this is the one moment when anybody can tell. `keep` writes them down in the unit of work.
 */
export function watchful(by: Pick<Context, 'hash'>): { hash: (plain: string) => string; keep: (ctx: Context) => Promise<void> } {
  const found = new Set<string>()
  return {
    hash(plain) {
      const hashed = by.hash(plain)
      if (plain.includes('@') && isThrowaway(plain)) found.add(hashed)
      return hashed
    },
    async keep(ctx) {
      if (found.size === 0) return
      const data = [...found].map((email) => ({ programId: ctx.program.id, email, createdAt: ctx.now }))
      await ctx.db.throwaway.createMany({ data, skipDuplicates: true })
    },
  }
}

/** Creators who came with such an address in the last week; once each. */
export async function throwawayCreators(ctx: Context): Promise<Found[]> {
  const creators = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, mergedInto: null, email: { not: '' }, appliedAt: { gt: days(ctx.now, -7) } },
    select: { id: true, email: true },
  })
  return creators
    .filter(({ email }) => isThrowaway(email))
    .map(({ id, email }) => ({
      rule: 'throwaway_creator',
      creatorId: id,
      subject: id,
      strong: false,
      says: `The creator’s own e-mail is at ${email.split('@')[1]}, which hands out addresses for minutes; usual is one that lasts.`,
      orderIds: [],
    }))
}

/** Creators who are paid to one and the same account; each is told of once for each account. */
export async function sharedAccounts(ctx: Context): Promise<Found[]> {
  const programId = ctx.program.id
  const shared = await ctx.db.$queryRaw<{ accountHash: string; creators: string[] }[]>`
    SELECT p."accountHash", array_agg(DISTINCT p."creatorId" ORDER BY p."creatorId") AS creators
    FROM "Payee" p JOIN "Creator" c ON c."id" = p."creatorId" AND c."mergedInto" IS NULL
    WHERE p."programId" = ${programId} AND p."accountHash" IS NOT NULL GROUP BY 1 HAVING COUNT(DISTINCT p."creatorId") > 1`
  return shared.flatMap(({ accountHash, creators }) =>
    creators.map((creatorId) => ({
      rule: 'shared_payout' as const,
      creatorId,
      subject: `${creatorId}:${accountHash.slice(0, 16)}`,
      strong: false,
      says: `${creators.length} creators are paid to the same account; usual is 1.`,
      orderIds: [],
    })),
  )
}
