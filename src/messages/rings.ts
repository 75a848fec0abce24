import type { Context } from '../context.ts'
import { postEvaluation } from '../insight/evaluation.ts'
import type { Rhythm } from '../kernel/time.ts'
import { schedules } from '../programs/schedule.ts'
import { rings as boards, type Ring as Posting } from '../recognition/rings.ts'
import { ring as newsletter } from './newsletter.ts'
import { planNudges } from './nudges.ts'
import { outlook, outlookWords } from './outlook.ts'
import { planFor, zonesOf } from './plan.ts'
import { type Planned, plans, ringNow } from './rules.ts'

/** What is told to persons is planned a day ahead, at the clock of each; the ring of the schedule itself has nothing left to do. */
const told = (about: string, kind: Planned, who: string): Posting => ({
  about: `${about}, at this clock time where each of them is`,
  due: async () => 0,
  async byHand(ctx) {
    const planned = await planNow(ctx, kind)
    ctx.ring('messages')
    if (planned === 0) return `Nobody new: ${who} have theirs for now, wait for the end of their quiet hours, or take none.`
    const silent = kind === 'brief' || kind === 'recap' ? ' Who has nothing to hear about is left out.' : ''
    return outlookWords(await outlook(ctx, kind), who) + silent
  },
})

/** Plans the present local period of everybody at once, as far as it is not planned yet. */
async function planNow(ctx: Context, kind: Planned): Promise<number> {
  const schedule = (await schedules(ctx)).find(({ name }) => name === kind)
  const rhythm = (schedule?.rhythm as Rhythm | undefined) ?? plans[kind].rhythm
  const rings = (await zonesOf(ctx)).map((zone) => ringNow(rhythm, zone, ctx.now))
  return kind === 'nudge' ? planNudges(ctx, rings) : planFor(ctx, kind, rings)
}

/** Which schedule says what, boards and messages together. */
export const rings: Record<string, Posting> = {
  ...boards,
  evaluation: {
    about: 'the evaluation of the month that ended, in #managers',
    due: postEvaluation,
    byHand: async (ctx) =>
      (await postEvaluation(ctx))
        ? 'The evaluation of last month is in #managers.'
        : 'Nothing new: last month has its evaluation already, or nothing happened in it. See /report month.',
  },
  newsletter,
  digest: told('the week of each creator', 'digest', 'the creators'),
  brief: told('what waits, for each manager', 'brief', 'the managers'),
  nudge: told('hints for the next step, for creators they fit', 'nudge', 'the creators they fit'),
  recap: told('the month before, as a picture to share', 'recap', 'the creators'),
}

export const ringNames = Object.keys(rings)

/** What each schedule says, in words. */
export const ringWords = Object.fromEntries(Object.entries(rings).map(([name, ring]) => [name, ring.about]))
