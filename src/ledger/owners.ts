// Accounts carry the id of a creator, and a transfer is never edited. So when two creators turn out to be one person, the books of
// the one who was given up stay where they are, emptied, and whoever books or adds up asks here whose they are now.
import type { Context } from '../context.ts'
import { must } from '../kernel/refusal.ts'
import { purse } from './rules.ts'

/**
 * Who each of these creators is now: themselves, or whoever they turned out to be. Until the transaction ends none of them can be
 * merged, so that nothing is booked on an account a moment after it was emptied.
 */
export async function ownersOf(ctx: Context, creatorIds: string[]): Promise<Map<string, string>> {
  const owners = new Map(creatorIds.map((id) => [id, id]))
  for (let open = [...owners.keys()]; open.length > 0; ) {
    const rows = await ctx.db.$queryRaw<{ id: string; mergedInto: string | null }[]>`
      SELECT id, "mergedInto" FROM "Creator" WHERE "programId" = ${ctx.program.id} AND id = ANY(${open}) ORDER BY id FOR KEY SHARE`
    const moved = new Map(rows.flatMap((row) => (row.mergedInto === null ? [] : [[row.id, row.mergedInto] as const])))
    for (const [id, owner] of owners) owners.set(id, moved.get(owner) ?? owner)
    open = [...new Set(moved.values())]
  }
  return owners
}

/** Who a creator is now; see ownersOf. */
export async function ownerOf(ctx: Context, creatorId: string): Promise<string> {
  const owner = (await ownersOf(ctx, [creatorId])).get(creatorId)
  must(owner, 'every creator has an owner')
  return owner
}

/** These creators, and those whom these lines are booked for, with all whom they were before: some transfers stand under their names. */
export async function familyOf(ctx: Context, creatorIds: string[], lines: string[] = []): Promise<string[]> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    WITH given AS (SELECT unnest(${creatorIds}::text[]) AS id
      UNION SELECT "creatorId" FROM "Line" WHERE "programId" = ${ctx.program.id} AND id = ANY(${lines}::text[])),
    now AS (SELECT coalesce(c."mergedInto", given.id) AS id FROM given
      LEFT JOIN "Creator" c ON c.id = given.id AND c."programId" = ${ctx.program.id})
    SELECT id FROM now UNION SELECT c.id FROM "Creator" c JOIN now ON c."mergedInto" = now.id WHERE c."programId" = ${ctx.program.id}`
  return rows.map((row) => row.id)
}

/** The accounts in which money of this family lies before it is paid; see familyOf. */
export const pursesOf = async (ctx: Context, creatorIds: string[], lines: string[] = []): Promise<string[]> =>
  (await familyOf(ctx, creatorIds, lines)).flatMap((id) => [purse(id, 'pending'), purse(id, 'payable')])
