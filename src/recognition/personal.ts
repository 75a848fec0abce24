import type { Context } from '../context.ts'
import { type Forgotten, REMOVED, type Section, type Subject } from '../kernel/personal.ts'

/** Places, badges, thanks and shout-outs. */
export async function personal(ctx: Context, { creatorIds }: Subject): Promise<Section[]> {
  const programId = ctx.program.id
  const own = { programId, creatorId: { in: creatorIds } }
  const either = { programId, OR: [{ fromId: own.creatorId }, { toId: own.creatorId }] }
  const about = { programId, OR: [own, { askedBy: own.creatorId }] }
  const standings = await ctx.db.standing.findMany({ where: own })
  const badges = await ctx.db.badge.findMany({ where: own })
  const stars = await ctx.db.star.findMany({ where: own })
  const kudos = await ctx.db.kudos.findMany({ where: either })
  const shouts = await ctx.db.shout.findMany({ where: about })
  return [
    {
      name: 'Places and badges',
      about: 'for the leaderboard',
      until: 'as long as the program',
      fate: 'pseudonymised',
      why: 'A season that has ended keeps its places, and nobody sees whose this one was.',
      rows: [...standings, ...badges, ...stars],
    },
    {
      name: 'Kudos and shout-outs',
      about: 'thanks among creators; what was written goes',
      until: 'while you are here',
      fate: 'deleted',
      rows: [...kudos, ...shouts],
      texts: [...kudos.map(({ note }) => note), ...shouts.flatMap(({ words, url, why }) => [words, url, why])],
    },
  ]
}

/** Who ran first in a season that is over stays first, without a name. Thanks count for whoever got them, and say nothing more. */
export async function forget(ctx: Context, { creatorIds }: Subject): Promise<Forgotten> {
  const programId = ctx.program.id
  const own = { programId, creatorId: { in: creatorIds } }
  await ctx.db.tally.deleteMany({ where: own })
  await ctx.db.stale.deleteMany({ where: own })
  await ctx.db.star.updateMany({ where: own, data: { reasons: [] } })
  await ctx.db.kudos.updateMany({
    where: { programId, OR: [{ fromId: own.creatorId }, { toId: own.creatorId }] },
    data: { note: null },
  })
  const about = { programId, OR: [own, { askedBy: own.creatorId }] }
  const decided = { state: 'declined', decidedAt: ctx.now }
  await ctx.db.shout.updateMany({ where: { AND: [about, { state: 'asked' }] }, data: decided })
  await ctx.db.shout.updateMany({ where: about, data: { words: REMOVED, url: null, why: null } })
  return {}
}
