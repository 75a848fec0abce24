import { missionOf } from '../../src/campaigns/board.ts'
import { claimedCard } from '../../src/campaigns/cards-seats.ts'
import { claim, placeInLine } from '../../src/campaigns/seats.ts'
import { suggestClaimable } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { carried, option } from '../../src/option.ts'

export default command({
  description: 'Claim a seat in a mission',
  role: 'creator',
  visibility: 'private',
  options: {
    mission: option.id('mission', 'Which mission', suggestClaimable),
    wait: carried(option.boolean('Wait in line when no seat is free')),
  },
  async run(ctx, { mission, wait }) {
    const seat = await claim(ctx, mission, { wait: wait ?? false })
    const line = seat.state === 'waiting' ? await placeInLine(ctx, seat) : 0
    return claimedCard(await missionOf(ctx, mission), seat, line, ctx.program.currency)
  },
})
