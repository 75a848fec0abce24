import type { Context } from '../context.ts'
import { postLastWeek, postRunningWeek } from './service.ts'
import { postStar } from './star.ts'

/** What a schedule posts: by itself when it is due, and when an admin asks for it now; the latter says what was posted. */
export type Ring = { about: string; due: (ctx: Context) => Promise<unknown>; byHand: (ctx: Context) => Promise<string> }

/** Which schedule posts what. */
export const rings: Record<string, Ring> = {
  leaderboard: {
    about: 'the board of the week that ended, in #leaderboard, and the creator of the week in #wins',
    async due(ctx) {
      await postLastWeek(ctx)
      await postStar(ctx)
    },
    async byHand(ctx) {
      await postStar(ctx)
      if (await postLastWeek(ctx)) return 'The board of last week is in #leaderboard.'
      await postRunningWeek(ctx)
      return 'The board of last week was posted before, so how this week stands so far is in #leaderboard.'
    },
  },
}
