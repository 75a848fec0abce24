import type { Context } from '../context.ts'
import { plural } from '../kernel/plural.ts'
import { due as endSeasons } from './seasons.ts'
import { closeMissed, postLastWeek, postRunningWeek, sayMissed } from './service.ts'
import { postStar } from './star.ts'

/**
 * What a schedule posts: by itself when it is due, and when an admin asks for it now; the latter says what was posted. `rings` are
 * those that are due, the last of them now.
 */
export type Ring = {
  about: string
  due: (ctx: Context, rings: readonly Date[]) => Promise<unknown>
  /** Makes up for one piece of what was missed, before it is due; false when nothing is left. */
  makeUp?: (ctx: Context, rings: readonly Date[]) => Promise<boolean>
  byHand: (ctx: Context) => Promise<string>
}

const ROUNDS = 50

/** A month that was slept through begins when the one before it is frozen, and is over at once. */
async function endAll(ctx: Context): Promise<number> {
  let ended = 0
  for (let round = 0; round < ROUNDS; round++) {
    const count = await endSeasons(ctx)
    if (count === 0) break
    ended += count
  }
  return ended
}

/** Which schedule posts what. */
export const rings: Record<string, Ring> = {
  leaderboard: {
    about: 'the board of the week that ended, in #leaderboard',
    makeUp: closeMissed,
    async due(ctx, rung) {
      await sayMissed(ctx, rung)
      await postLastWeek(ctx)
    },
    async byHand(ctx) {
      if (await postLastWeek(ctx)) return 'The board of last week is in #leaderboard.'
      await postRunningWeek(ctx)
      return 'The board of last week was posted before, so how this week stands so far is in #leaderboard.'
    },
  },
  star: {
    about: 'the creator of the week, with the reasons, in #wins',
    due: postStar,
    byHand: async (ctx) =>
      (await postStar(ctx))
        ? 'The creator of last week is in #wins.'
        : 'Nothing new: last week has its creator already, or nobody stood out.',
  },
  season: {
    about: 'seasons that are over are frozen and posted, and the next month or quarter begins',
    due: endAll,
    async byHand(ctx) {
      const ended = await endAll(ctx)
      return ended === 0 ? 'No season is over.' : `${plural(ended, 'season is', 'seasons are')} frozen and in #leaderboard.`
    },
  },
}
