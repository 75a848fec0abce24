import { command } from '../../src/command.ts'
import { insideOnly } from '../../src/creators/way-in.ts'
import { option } from '../../src/option.ts'
import { atLeast } from '../../src/people/service.ts'
import { endButton, seasonHead } from '../../src/recognition/cards-seasons.ts'
import { seasonBoard } from '../../src/recognition/reading.ts'
import { seasonOf, suggestSeasons } from '../../src/recognition/seasons.ts'

export default command({
  description: 'The board of a season, and your place in it',
  role: 'anyone',
  inside: true,
  visibility: 'private',
  options: { season: option.id('season', 'Which season', suggestSeasons) },
  async run(ctx, given) {
    await insideOnly(ctx, 'Seasons are')
    const season = await seasonOf(ctx, given.season)
    const board = await seasonBoard(ctx, season)
    const head = seasonHead(season, ctx.program.locale).filter((block) => block !== false)
    const end = atLeast(ctx.actor.role, 'manager') && endButton(season)
    return { ...board, blocks: [...head, ...board.blocks, ...(end ? [end] : [])] }
  },
})
