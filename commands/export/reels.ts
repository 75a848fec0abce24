import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { reelsCard } from '../../src/reuse/cards.ts'
import { reels } from '../../src/reuse/reels.ts'

export default command({
  description: 'A list of the live videos with their links, as CSV and JSON',
  form: 'List live videos',
  role: 'manager',
  visibility: 'private',
  options: { mission: optional(option.id('mission', 'Of one mission', suggestAllMissions)) },
  async run(ctx, { mission }) {
    const { count, csv, json } = await reels(ctx, mission)
    return reelsCard(count, csv, json)
  },
})
