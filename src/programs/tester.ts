import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Program } from '../db/generated/client.ts'
import type { Policy } from './rules.ts'
import type { NewProgram } from './service.ts'

/** Where the test orders of a program are booked, if there is such a place yet. */
export const testProgramOf = (db: Db, programId: string): Promise<Program | null> =>
  db.program.findUnique({ where: { testOf: programId } })

/** What that place is founded as. */
export const testPlan = ({ id, name, demo, currency, zone, locale }: Program): Omit<NewProgram, 'id'> => ({
  name: `${name} test`,
  demo,
  currency,
  zone,
  locale,
  sources: ['generic'],
  testOf: id,
})

/** The rates of today hold there too, and nothing is posted there by itself. Gives the program as it is now. */
export async function mirrorPolicy(ctx: Context, policy: Policy): Promise<Program> {
  await ctx.db.schedule.updateMany({ where: { programId: ctx.program.id }, data: { paused: true } })
  return ctx.db.program.update({ where: { id: ctx.program.id }, data: { policy: { ...policy, past: [] } } })
}
