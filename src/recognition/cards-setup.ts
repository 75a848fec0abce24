import { buttons, type Card, card, facts, toned } from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import type { Policy } from '../programs/rules.ts'
import { metricWords } from './cards.ts'

/** What the community lives by, and the way to change it. */
export function communityCard(policy: Policy, changed: boolean): Card {
  const { points, kudosPerDay, undoMinutes, reviewers } = policy
  const shown = card(
    changed ? 'Saved: the community' : 'The community',
    facts({
      Kudos: kudosPerDay === 0 ? 'off' : `each creator may give ${kudosPerDay} a day`,
      Points: `${points.content} for approved content, ${points.order} for an order after its hold`,
      'Points for kudos': `${points.kudos} each, for ${points.kudosPerWeek} a week at most`,
      'Weekly board': `by ${metricWords[policy.leaderboard].toLowerCase()}${policy.divisions ? ', and one for each tier' : ''}`,
      Undo:
        undoMinutes === 0
          ? 'a decision on content is told at once'
          : `a decision on content can be undone for ${plural(undoMinutes, 'minute')}`,
      Reviewers: reviewers === 1 ? 'one manager approves content' : 'two managers approve content',
      Moments: policy.momentPush ? 'told in the channel and in private' : 'told in the channel alone',
    }),
    buttons(
      { label: 'Change the community', run: 'setup community', given: { '?': 'form' }, look: 'main' },
      { label: 'Set tiers', run: 'tier list' },
      { label: 'List schedules', run: 'schedule list' },
    ),
  )
  return changed ? toned('good', shown) : shown
}
