import { putAwayKit } from '../campaigns/kit.ts'
import { vacate } from '../campaigns/seats.ts'
import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import { callOff } from '../gifts/service.ts'
import { licencesOf } from '../rights/queries.ts'
import { isOpen, isSigned } from '../rights/rules.ts'
import { lock } from './intake.ts'
import { takeBack } from './service.ts'

const open = ['submitted', 'changes_requested']

const binds = (state: string): boolean => isOpen(state) || isSigned(state) || state === 'disputed'

/**
 * What ends with a creator who has left or was banned: nobody can approve what they handed in, hand it in again, or do what their seats
 * were for, so managers and those in line need not wait for it; nor is a product sent to them. What was licensed before it was decided, or is just asked for, stays:
 * both sides go on with its licence.
 */
export async function endWork(ctx: Context, creator: Pick<Creator, 'id' | 'personId'>): Promise<void> {
  const where = { programId: ctx.program.id, creatorId: creator.id, state: { in: open } }
  const rows = await ctx.db.submission.findMany({ where, orderBy: { id: 'asc' }, select: { id: true } })
  const licences = await licencesOf(
    ctx,
    rows.map(({ id }) => id),
  )
  const bound = new Set(licences.filter(({ state }) => binds(state)).map(({ submissionId }) => submissionId))
  for (const { id } of rows.filter((row) => !bound.has(row.id))) {
    const before = await lock(ctx, id)
    if (open.includes(before.state)) await takeBack(ctx, before)
  }
  await vacate(ctx, creator.id)
  await callOff(ctx, creator.id)
  await putAwayKit(ctx, creator)
}
