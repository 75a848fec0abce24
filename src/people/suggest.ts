import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'

/** Members of the program by a part of their name, with their role. */
export async function suggestPeople(ctx: Context, typed: string): Promise<Suggestion[]> {
  const rows = await ctx.db.membership.findMany({
    where: { programId: ctx.program.id, mergedInto: null, name: { contains: typed, mode: 'insensitive' } },
    orderBy: { name: 'asc' },
    take: 25,
  })
  return rows.map((row) => ({ label: `${row.name} (${row.role})`, value: row.personId }))
}
