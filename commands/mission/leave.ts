import { leftCard } from '../../src/campaigns/cards-seats.ts'
import { unclaim } from '../../src/campaigns/seats.ts'
import { suggestMine } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'

export default command({
  description: 'Give your seat in a mission, or your place in line, back',
  form: 'Give your seat back',
  role: 'creator',
  visibility: 'private',
  options: { mission: option.id('mission', 'Which mission', suggestMine) },
  run: async (ctx, { mission }) => leftCard(await unclaim(ctx, mission)),
})
