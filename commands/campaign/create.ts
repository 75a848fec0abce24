import { draftCard } from '../../src/campaigns/cards-campaign.ts'
import { draft } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { parseDeadline, parseSeatsAndFee } from '../../src/campaigns/rules-plan.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'
import { presets } from '../../src/rights/presets.ts'

export const rightsChoices = Object.fromEntries(Object.values(presets).map(({ id, label }) => [id, label])) as Record<
  keyof typeof presets,
  string
>

export default command({
  description: 'Make a mission: five answers, then a draft to complete and publish',
  role: 'manager',
  visibility: 'private',
  form: 'A new mission',
  options: {
    title: option.text('Title', { max: 80 }),
    brief: option.long('Brief: what to make, and what must be in it', { min: 10, max: 1_500 }),
    deadline: option.text('Deadline', { max: 30, placeholder: '14 days, 2026-12-04, 30 days after joining, none' }),
    seats_and_fee: option.text('Seats and fee', { max: 40, placeholder: '10 x 50.00, or any x 0' }),
    rights: option.choice('What you may do with approved content', rightsChoices),
  },
  async run(ctx, { title, brief, deadline, seats_and_fee, rights }) {
    const window = parseDeadline(deadline, ctx.now, ctx.program.zone)
    const { seats, feeMinor } = parseSeatsAndFee(seats_and_fee, ctx.program.currency)
    const budgetMinor = seats === null ? 0n : feeMinor * BigInt(seats)
    const mission = await draft(ctx, { title, brief, ...window, seats, feeMinor, budgetMinor, rights })
    return draftCard(mission, await campaignView(ctx, mission))
  },
})
