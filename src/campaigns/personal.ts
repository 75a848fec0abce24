import type { Context } from '../context.ts'
import type { Forgotten, Section, Subject } from '../kernel/personal.ts'

/** Seats in missions. */
export async function personal(ctx: Context, { creatorIds }: Subject): Promise<Section[]> {
  const rows = await ctx.db.seat.findMany({ where: { programId: ctx.program.id, creatorId: { in: creatorIds } } })
  return [
    {
      name: 'Missions',
      about: 'to know who takes part',
      until: 'as long as the mission',
      fate: 'pseudonymised',
      why: 'The settlement of a mission counts its seats.',
      rows,
    },
  ]
}

/** A seat that nothing was handed in for is free again; the others only count. */
export async function forget(ctx: Context, { creatorIds }: Subject): Promise<Forgotten> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  await ctx.db.seat.deleteMany({ where: { ...own, state: { in: ['claimed', 'waiting'] } } })
  await ctx.db.seat.updateMany({ where: own, data: { remindAt: null } })
  return {}
}
