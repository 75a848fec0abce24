import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import type { RosterRow } from './rules-import.ts'

/**
 * Makes the persons and creators of a roster, by the line of their row. They are in at once, for the brand works with them already;
 * they have no account until they take up their invitation, and their names stay off boards until they agree.
 */
export async function makeCreators(ctx: Context, rows: RosterRow[]): Promise<Map<number, Creator>> {
  const made = rows.map((row) => ({ row, personId: ctx.id('person'), creatorId: ctx.id('creator') }))
  const own = { programId: ctx.program.id, createdAt: ctx.now }
  await ctx.db.person.createMany({
    data: made.map(({ row, personId }) => ({ id: personId, name: row.name, createdAt: ctx.now })),
  })
  await ctx.db.membership.createMany({
    data: made.map(({ row, personId }) => ({ ...own, id: ctx.id('membership'), personId, name: row.name, role: 'creator' })),
  })
  await ctx.db.creator.createMany({
    data: made.map(({ row, personId, creatorId }) => ({
      ...own,
      id: creatorId,
      personId,
      state: 'approved',
      name: row.name,
      handle: row.handle,
      handles: row.handles,
      niche: row.niche,
      country: row.country,
      email: row.email,
      shown: 'hidden',
      rateBps: row.rateBps,
      tags: row.tags,
      tier: row.tier,
      invitedBy: ctx.actor.personId,
      appliedAt: ctx.now,
      decidedAt: ctx.now,
      decidedBy: ctx.actor.personId,
    })),
  })
  const creators = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: made.map(({ creatorId }) => creatorId) } },
  })
  const byId = new Map(creators.map((creator) => [creator.id, creator]))
  return new Map(made.map(({ row, creatorId }) => [row.line, byId.get(creatorId)!]))
}
