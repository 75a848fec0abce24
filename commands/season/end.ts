import { command } from '../../src/command.ts'
import { card, toned } from '../../src/kernel/card.ts'
import { option } from '../../src/option.ts'
import { seasonName } from '../../src/recognition/rules-seasons.ts'
import { endSeason, suggestSeasons } from '../../src/recognition/seasons.ts'

export default command({
  description: 'End a season now: its board is frozen and posted',
  form: 'End this season',
  role: 'manager',
  visibility: 'private',
  options: { season: option.id('season', 'Which season', suggestSeasons) },
  async run(ctx, { season }) {
    const over = await endSeason(ctx, season)
    const name = seasonName(over, ctx.program.locale)
    return toned('good', card(`Over: ${name}`, 'Its board is frozen and stands in #leaderboard. No other follows it by itself.'))
  },
})
