import { missionMadeCard } from '../../src/campaigns/cards.ts'
import { addMission } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { parseMoney } from '../../src/kernel/money.ts'
import { days } from '../../src/kernel/time.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Open a mission: brief, fee, budget and days',
  role: 'manager',
  visibility: 'private',
  form: 'Open a mission',
  options: {
    title: option.text('Title', { max: 80 }),
    brief: option.long('Brief: what to make, and what must be in it', { min: 10, max: 1_500 }),
    fee: option.text('Fee for each approved submission', { max: 20, placeholder: '50.00, or 0 for none' }),
    budget: option.text('Budget for all fees together', { max: 20, placeholder: '500.00' }),
    days: option.integer('Days it stays open', { min: 1, max: 365 }),
  },
  async run(ctx, values) {
    const { currency } = ctx.program
    const mission = await addMission(ctx, {
      title: values.title,
      brief: values.brief,
      feeMinor: parseMoney(values.fee, currency).minor,
      budgetMinor: parseMoney(values.budget, currency).minor,
      closesAt: days(ctx.now, values.days),
    })
    return missionMadeCard('Mission opened', mission, currency)
  },
})
