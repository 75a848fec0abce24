import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import { type Card, card } from '../kernel/card.ts'
import { further, whoStays } from './rules-merge.ts'
import { stoodTogether } from './rules-standing.ts'
import { applicationKey } from './service.ts'
import { tiersOfBoth } from './tiers.ts'

/** What is given up, and what stays. */
export type Pair = { from: string; to: string }

/**
 * Gives the creator of two persons to the one who stays. A single one moves; of two, one is given up for the other, and the pair says
 * which, so that each room can let its rows follow. Both rows stay locked until the transaction ends. Whom either of them brought
 * was brought by the one who stays.
 */
export async function unite(ctx: Context, persons: Pair): Promise<Pair | undefined> {
  const programId = ctx.program.id
  // First of all, so that a row of somebody else is never waited for while those of the two are held.
  await ctx.db.creator.updateMany({ where: { programId, invitedBy: persons.from }, data: { invitedBy: persons.to } })
  await ctx.db.$queryRaw`
    SELECT id FROM "Creator" WHERE "programId" = ${programId} AND "personId" IN (${persons.from}, ${persons.to})
    AND "mergedInto" IS NULL ORDER BY id FOR UPDATE`
  const rows = await ctx.db.creator.findMany({
    where: { programId, personId: { in: [persons.from, persons.to] }, mergedInto: null },
  })
  const [one, other] = rows
  if (!one) return undefined
  if (!other) {
    await ctx.db.creator.update({ where: { id: one.id }, data: { personId: persons.to } })
    return undefined
  }
  const { stays, goes, agreed } = whoStays(one, other)
  await giveUp(ctx, persons, stays, goes)
  await ctx.db.creator.update({
    where: { id: stays.id },
    data: { ...agreed, ...tiersOfBoth(ctx, stays, goes), stood: stoodTogether(stays, goes, further), personId: persons.to },
  })
  await ctx.db.creator.update({ where: { id: goes.id }, data: { personId: persons.from } })
  return { from: goes.id, to: stays.id }
}

async function giveUp(ctx: Context, persons: Pair, stays: Creator, goes: Creator): Promise<void> {
  // A person has one creator: while the two change places, the one that goes belongs to nobody.
  await ctx.db.creator.update({
    where: { id: goes.id },
    data: { personId: `${persons.from}:${goes.id}`, state: 'left', mergedInto: stays.id },
  })
  await ctx.db.note.updateMany({ where: { programId: ctx.program.id, creatorId: goes.id }, data: { creatorId: stays.id } })
  // One step always leads to the end.
  await ctx.db.creator.updateMany({ where: { programId: ctx.program.id, mergedInto: goes.id }, data: { mergedInto: stays.id } })
  if (goes.state === 'applied' && goes.termsAt)
    await ctx.show({ channel: 'applications' }, applicationKey(goes), knownCard(goes, stays))
}

const knownCard = (goes: Creator, stays: Creator): Card =>
  card(
    `${goes.name} (${goes.handle})`,
    `This application needs no answer: ${goes.name} has connected this account with ${stays.name} (${stays.handle}).`,
  )

/** The door where someone with the same e-mail is known, if there is one. Nobody has proved anything by it, so nothing else is told. */
export async function twinDoor(ctx: Context, creator: Creator): Promise<string | undefined> {
  // Many who were invited or imported have no e-mail, and that makes nobody a twin.
  if (creator.email === '') return undefined
  const [twin] = await ctx.db.$queryRaw<{ platform: string }[]>`
    SELECT i.platform FROM "Creator" c
    JOIN "Identity" i ON i."personId" = c."personId"
    JOIN "Space" s ON s.platform = i.platform AND s.workspace = i.workspace AND s."programId" = c."programId"
    WHERE c."programId" = ${ctx.program.id} AND c.email = ${creator.email} AND c.id <> ${creator.id} AND c."mergedInto" IS NULL
    ORDER BY i."createdAt", i.id LIMIT 1`
  return twin?.platform
}
