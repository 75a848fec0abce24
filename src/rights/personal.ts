import type { Context } from '../context.ts'
import type { Grant } from '../db/generated/client.ts'
import type { Forgotten, Section, Subject } from '../kernel/personal.ts'

// A dispute suspends a licence and does not end it; one that was prolonged runs to its own end.
const RUNS = ['granted', 'expiring', 'disputed', 'renewed']

/** The licences of these creators that hold now. */
export const running = (ctx: Context, creatorIds: string[]): Promise<Grant[]> =>
  ctx.db.grant.findMany({
    where: { programId: ctx.program.id, creatorId: { in: creatorIds }, state: { in: RUNS }, endsAt: { gt: ctx.now } },
    orderBy: { endsAt: 'desc' },
  })

/** What may be done with somebody's content, and everything that was said and signed about it. */
export async function personal(ctx: Context, { creatorIds }: Subject): Promise<Section[]> {
  const programId = ctx.program.id
  const grants = await ctx.db.grant.findMany({ where: { programId, creatorId: { in: creatorIds } } })
  const submissionIds = await contentsOf(ctx, creatorIds)
  const events = await ctx.db.rightsEvent.findMany({ where: { programId, submissionId: { in: submissionIds } } })
  const placements = await ctx.db.placement.findMany({ where: { programId, submissionId: { in: submissionIds } } })
  const runs = await running(ctx, creatorIds)
  return [
    {
      name: 'Licences',
      about: 'to use your content as you allowed',
      until: 'as long as claims can be made',
      fate: 'pseudonymised',
      why: 'They prove what was allowed, when and for how long. The words that name you go when a licence has ended.',
      rows: [...grants, ...events, ...placements],
      texts: events.map(({ note }) => note),
    },
    {
      name: 'Licensed content',
      about: 'content under a licence that still holds',
      until: 'the end of its licence',
      fate: 'kept',
      why: 'A licence is a contract. Take it back first where you may, with /rights list; else the content goes when it ends.',
      rows: runs.map(({ submissionId, endsAt }) => ({ submissionId, endsAt })),
    },
  ]
}

const contentsOf = async (ctx: Context, creatorIds: string[]): Promise<string[]> =>
  (
    await ctx.db.submission.findMany({
      where: { programId: ctx.program.id, creatorId: { in: creatorIds } },
      select: { id: true },
    })
  ).map(({ id }) => id)

/** Offers on the table are off it. What was said over content without a running licence loses its words; their hashes stay as proof. */
export async function forget(ctx: Context, { creatorIds }: Subject): Promise<Forgotten> {
  const programId = ctx.program.id
  await ctx.db.grant.updateMany({
    where: { programId, creatorId: { in: creatorIds }, state: { in: ['requested', 'countered'] } },
    data: { state: 'declined' },
  })
  const held = (await running(ctx, creatorIds)).map(({ submissionId }) => submissionId)
  const free = (await contentsOf(ctx, creatorIds)).filter((id) => !held.includes(id))
  await ctx.db.$executeRaw`SELECT set_config('troupe.erasing', ${programId}, true)`
  await ctx.db.$executeRaw`
    UPDATE "RightsEvent" SET note = NULL, text = NULL, platform = NULL, "callId" = NULL, assets = NULL
    WHERE "programId" = ${programId} AND "submissionId" = ANY(${free}) AND num_nonnulls(note, text, platform, "callId", assets) > 0`
  return {}
}
