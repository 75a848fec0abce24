import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { changePolicy } from '../../src/programs/change.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { metricWords } from '../../src/recognition/cards.ts'
import { communityCard } from '../../src/recognition/cards-setup.ts'

export default command({
  description: 'Kudos and points, the weekly board, and how long a decision can be undone',
  form: 'Change the community',
  role: 'admin',
  visibility: 'private',
  options: {
    kudos_a_day: optional(option.integer('Kudos each may give a day', { min: 0, max: 100 })),
    points_content: optional(option.integer('Points for approved content', { min: 0, max: 10_000 })),
    points_order: optional(option.integer('Points for an order after its hold', { min: 0, max: 10_000 })),
    points_kudos: optional(option.integer('Points for kudos received', { min: 0, max: 1_000 })),
    kudos_counted: optional(option.integer('Kudos a week that bring points', { min: 0, max: 1_000 })),
    board: optional(option.choice('The weekly board ranks by', metricWords)),
    divisions: optional(option.boolean('A board for each tier too')),
    undo_minutes: optional(option.integer('Minutes to undo a decision on content', { min: 0, max: 60 })),
    reviewers: optional(option.integer('Managers who have to approve content', { min: 1, max: 2 })),
    moment_push: optional(option.boolean('Tell moments in private too')),
  },
  async run(ctx, wanted) {
    const before = policyOf(ctx.program)
    const points = {
      content: wanted.points_content ?? before.points.content,
      order: wanted.points_order ?? before.points.order,
      kudos: wanted.points_kudos ?? before.points.kudos,
      kudosPerWeek: wanted.kudos_counted ?? before.points.kudosPerWeek,
    }
    const all = {
      points,
      kudosPerDay: wanted.kudos_a_day,
      leaderboard: wanted.board,
      divisions: wanted.divisions,
      undoMinutes: wanted.undo_minutes,
      reviewers: wanted.reviewers,
      momentPush: wanted.moment_push,
    }
    const changed = Object.values(wanted).some((value) => value !== undefined)
    const change = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    return communityCard(changed ? (await changePolicy(ctx, change)).now : before, changed)
  },
})
