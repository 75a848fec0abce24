import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import type { RosterRow } from './rules-import.ts'

/**
 * Makes the persons and creators of a roster, by the line of their row. They are in at once, for the brand works with them already;
 * they have no account until they take up their invitation, and their names stay off boards until they agree.
 */
export async function makeCreators(ctx: Context, rows: RosterRow[]): Promise<Map<number, Creator>> {
  const { id: programId } = ctx.program
  const by = ctx.actor.personId
  const made = rows.map((row) => ({
    row,
    personId: ctx.id('person'),
    creatorId: ctx.id('creator'),
    memberId: ctx.id('membership'),
  }))
  // Row by row through the client two thousand would come near the time that a transaction may take.
  const list = JSON.stringify(made.map(({ row, ...ids }) => ({ ...row, openingMinor: undefined, ...ids })))
  await ctx.db.$executeRaw`
    INSERT INTO "Person" (id, name, "createdAt")
    SELECT "personId", name, ${ctx.now} FROM jsonb_to_recordset(${list}::jsonb) AS r("personId" text, name text)`
  await ctx.db.$executeRaw`
    INSERT INTO "Membership" (id, "programId", "personId", name, role, "createdAt")
    SELECT "memberId", ${programId}, "personId", name, 'creator', ${ctx.now}
    FROM jsonb_to_recordset(${list}::jsonb) AS r("memberId" text, "personId" text, name text)`
  await ctx.db.$executeRaw`
    INSERT INTO "Creator" (id, "programId", "personId", state, name, handle, handles, niche, country, email, shown, "rateBps", tags, tier,
      "invitedBy", "appliedAt", "decidedAt", "decidedBy", "createdAt")
    SELECT "creatorId", ${programId}, "personId", 'approved', name, handle, handles, niche, country, email, 'hidden', "rateBps", tags, tier,
      ${by}, ${ctx.now}, ${ctx.now}, ${by}, ${ctx.now}
    FROM jsonb_to_recordset(${list}::jsonb) AS r("creatorId" text, "personId" text, name text, handle text, handles text[], niche text,
      country text, email text, "rateBps" int, tags text[], tier text)`
  const creators = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: made.map(({ creatorId }) => creatorId) } },
  })
  const byId = new Map(creators.map((creator) => [creator.id, creator]))
  return new Map(made.map(({ row, creatorId }) => [row.line, byId.get(creatorId)!]))
}

/**
 * Whether an e-mail or handle may tell that a row of a list means this creator. Anyone can type the address of somebody else, so it
 * counts once the brand wrote it down itself or has let them in, and not of those who are out.
 */
export const isVouchedFor = ({ state, invitedBy }: Pick<Creator, 'state' | 'invitedBy'>): boolean =>
  state === 'approved' || state === 'paused' || (invitedBy !== null && !['banned', 'declined', 'left'].includes(state))
