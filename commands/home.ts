import { nextMission } from '../src/campaigns/queries.ts'
import { openMissions } from '../src/campaigns/service.ts'
import { command } from '../src/command.ts'
import type { Context } from '../src/context.ts'
import { nextStepCard, standingOf, statusCard } from '../src/creators/cards.ts'
import { creatorOfPerson } from '../src/creators/service.ts'
import type { Creator } from '../src/db/generated/client.ts'
import { creatorHomeCard, financeHomeCard, visitorHomeCard, worklistCard } from '../src/insight/cards.ts'
import { countsOf } from '../src/insight/own.ts'
import { payoutsWaiting, worklistOf } from '../src/insight/queries.ts'
import { windowOf } from '../src/insight/rules.ts'
import type { Card } from '../src/kernel/card.ts'
import { restCard, withRest } from '../src/payouts/cards-rest.ts'
import { restOf } from '../src/payouts/rest.ts'
import { policyOf } from '../src/programs/rules.ts'

export default command({
  description: 'Your next best step',
  role: 'anyone',
  visibility: 'private',
  on: 'home',
  options: {},
  async run(ctx) {
    if (ctx.actor.role === 'manager' || ctx.actor.role === 'admin') return worklistCard(await worklistOf(ctx))
    const creator = await creatorOfPerson(ctx, ctx.actor.personId)
    if (creator?.state === 'approved' || creator?.state === 'paused') return creatorHome(ctx, creator)
    const former = creator && (creator.state === 'left' || creator.state === 'banned') && standingOf(creator)
    if (former) {
      const again = creator.state === 'left' ? [{ label: 'Apply again', run: 'apply' }] : []
      return restCard(former, await restOf(ctx, creator.id), ...again)
    }
    if (ctx.actor.finance) return financeHomeCard(await payoutsWaiting(ctx))
    const { answerHours } = policyOf(ctx.program)
    const view = { program: ctx.program.name, answerHours, locale: ctx.actor.locale }
    const shown =
      nextStepCard(creator, answerHours, ctx.now, ctx.actor.zone) ??
      // The terms are all that is missing.
      (creator?.state === 'applied' ? statusCard(creator, view) : visitorHomeCard(ctx.program.name))
    return creator && ctx.actor.former ? withRest(shown, await restOf(ctx, creator.id)) : shown
  },
})

async function creatorHome(ctx: Context, creator: Creator): Promise<Card> {
  return creatorHomeCard({
    name: creator.name,
    counts: await countsOf(ctx, windowOf('30d', ctx.now, ctx.actor.zone), creator.id),
    currency: ctx.program.currency,
    paused: creator.state === 'paused',
    ...(ctx.actor.finance ? { payouts: await payoutsWaiting(ctx) } : {}),
    // Whoever is paused can hand nothing in.
    next: creator.state === 'approved' ? await nextMission(ctx, creator, await openMissions(ctx, creator.id)) : null,
  })
}
