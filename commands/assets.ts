import { libraryCard } from '../src/assets/cards.ts'
import { library } from '../src/assets/service.ts'
import { suggestMissions } from '../src/campaigns/service.ts'
import { command } from '../src/command.ts'
import { insideOnly } from '../src/creators/way-in.ts'
import { option, optional } from '../src/option.ts'
import { atLeast } from '../src/people/service.ts'

export default command({
  description: 'Brand material you may use: logos, pictures, guides',
  // Managers read it too, and a creator's command is closed to those who are not creators themselves.
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: { mission: optional(option.id('mission', 'Of one mission', suggestMissions)) },
  async run(ctx, { mission }) {
    await insideOnly(ctx, 'Brand material is')
    const { views, total } = await library(ctx, mission)
    return libraryCard(views, total, atLeast(ctx.actor.role, 'manager'), mission)
  },
})
