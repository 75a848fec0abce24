import type { Context } from '../context.ts'
import type { Money } from '../kernel/money.ts'
import { must } from '../kernel/refusal.ts'
import { familyOf } from './owners.ts'
import { openingAccount, openingKey, purse } from './rules.ts'

export type Opening = { creatorId: string; money: Money; because: object }

/**
 * Books what creators bring along from an earlier system as payable, once for each creator for ever, also
 * when they were somebody else then; a debt goes the other way. Gives back the ids of those for whom it was booked now.
 */
export async function bookOpenings(ctx: Context, openings: Opening[]): Promise<Set<string>> {
  const wanted = openings.filter(({ money }) => money.minor !== 0n)
  for (const { money } of wanted) must(money.currency === ctx.program.currency, `the books are in ${ctx.program.currency}`)
  const before = new Set(
    (
      await openingsOf(
        ctx,
        wanted.map((one) => one.creatorId),
      )
    ).keys(),
  )
  const fresh = wanted.filter(({ creatorId }) => !before.has(creatorId))
  await ctx.db.transfer.createMany({
    data: fresh.map(({ creatorId, money, because }) => {
      const owed = money.minor > 0n
      return {
        id: ctx.id('transfer'),
        programId: ctx.program.id,
        from: owed ? openingAccount : purse(creatorId, 'payable'),
        to: owed ? purse(creatorId, 'payable') : openingAccount,
        minor: owed ? money.minor : -money.minor,
        currency: money.currency,
        key: openingKey(creatorId),
        because,
        at: ctx.now,
      }
    }),
    skipDuplicates: true,
  })
  return new Set(fresh.map(({ creatorId }) => creatorId))
}

/**
 * The opening balances of these creators that stand in the books, in minor units; a debt is below zero. Whoever was two before may have
 * one of either.
 */
export async function openingsOf(ctx: Context, creatorIds: string[]): Promise<Map<string, bigint[]>> {
  const programId = ctx.program.id
  const family = await familyOf(ctx, creatorIds)
  const gone = await ctx.db.creator.findMany({
    where: { programId, id: { in: family }, mergedInto: { not: null } },
    select: { id: true, mergedInto: true },
  })
  const owners = new Map(gone.map(({ id, mergedInto }) => [id, mergedInto]))
  const ownerOf = (id: string): string => owners.get(id) ?? id
  const rows = await ctx.db.transfer.findMany({
    where: { programId, key: { in: family.map(openingKey) } },
    select: { key: true, from: true, minor: true },
    orderBy: { id: 'asc' },
  })
  const booked = new Map<string, bigint[]>()
  for (const { key, from, minor } of rows) {
    const owner = ownerOf(key.slice('opening:'.length))
    booked.set(owner, [...(booked.get(owner) ?? []), from === openingAccount ? minor : -minor])
  }
  return new Map(
    creatorIds.flatMap((id) => {
      const found = booked.get(ownerOf(id))
      return found ? [[id, found] as const] : []
    }),
  )
}
