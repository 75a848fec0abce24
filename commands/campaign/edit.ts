import { missionOf } from '../../src/campaigns/board.ts'
import { changedCard } from '../../src/campaigns/cards-campaign.ts'
import { type Change, change } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { basicsSaid } from '../../src/campaigns/rules-form.ts'
import { parseDeadline, parseSeatsAndFee } from '../../src/campaigns/rules-plan.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { rightsChoices } from './create.ts'

export default command({
  description: 'Change the title, brief, deadline, seats, fee or rights of a mission',
  role: 'manager',
  visibility: 'private',
  form: 'Change the basics',
  options: {
    mission: option.id('mission', 'Which mission', suggestAllMissions),
    title: optional(option.text('Title', { max: 80 })),
    brief: optional(option.long('Brief', { min: 10, max: 1_500 })),
    deadline: optional(option.text('Deadline', { max: 30, placeholder: '14 days, 2026-12-04, 30 days after joining, none' })),
    seats_and_fee: optional(option.text('Seats and fee', { max: 40, placeholder: '10 x 50.00, or any x 0' })),
    rights: optional(option.choice('What you may do with approved content', rightsChoices)),
  },
  begin: async (ctx, { mission }) =>
    mission === undefined ? undefined : basicsSaid(await missionOf(ctx, mission), ctx.program.currency, ctx.program.zone),
  async run(ctx, { mission, title, brief, deadline, seats_and_fee, rights }) {
    const before = await missionOf(ctx, mission)
    const wanted: Change = {
      ...(title === undefined ? {} : { title }),
      ...(brief === undefined ? {} : { brief }),
      ...(rights === undefined ? {} : { rights }),
      ...(deadline === undefined ? {} : parseDeadline(deadline, ctx.now, ctx.program.zone)),
    }
    if (seats_and_fee !== undefined) {
      const { seats, feeMinor } = parseSeatsAndFee(seats_and_fee, ctx.program.currency)
      // A draft that says how many seats needs the money for all of them, unless somebody set a budget of its own.
      const asPlanned = before.seats !== null && before.budgetMinor === before.feeMinor * BigInt(before.seats)
      const follows = before.state === 'draft' && seats !== null && (asPlanned || before.budgetMinor === 0n)
      Object.assign(wanted, { seats, feeMinor }, follows ? { budgetMinor: feeMinor * BigInt(seats) } : {})
    }
    const changed = await change(ctx, mission, wanted)
    return changedCard('The mission says so now.', changed, await campaignView(ctx, changed))
  },
})
