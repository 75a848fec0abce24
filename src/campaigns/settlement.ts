/** How a mission went: who took part, what was handed in and approved, what it cost. */
import type { Context } from '../context.ts'
import type { Mission, Seat } from '../db/generated/client.ts'
import { type Settlement, settlementCard } from './cards-settlement.ts'
import { cutShort } from './rules-seats.ts'

/** The numbers of a mission as they are now, creator by creator; those who earned most come first. */
export async function settlementOf(ctx: Context, mission: Mission): Promise<Settlement> {
  const where = { programId: ctx.program.id, missionId: mission.id }
  const seats = await ctx.db.seat.findMany({ where })
  const pieces = await ctx.db.submission.findMany({
    where: { ...where, state: { not: 'withdrawn' } },
    select: { creatorId: true, state: true, feeMinor: true },
  })
  const ids = [...new Set([...seats, ...pieces].map(({ creatorId }) => creatorId))]
  const creators = await ctx.db.creator.findMany({ where: { programId: ctx.program.id, id: { in: ids } } })
  const early = (seat: Seat) => cutShort(mission, seat)
  const wordOf = (seat: Seat | undefined) => (seat && early(seat) ? 'cut_short' : (seat?.state ?? null))
  const rows = creators.map((creator) => {
    const own = pieces.filter(({ creatorId }) => creatorId === creator.id)
    const approved = own.filter(({ state }) => isApproved(state))
    return {
      personId: creator.personId,
      name: creator.name,
      seat: wordOf(seats.find(({ creatorId }) => creatorId === creator.id)),
      handedIn: own.length,
      approved: approved.length,
      earnedMinor: approved.reduce((sum, { feeMinor }) => sum + feeMinor, 0n),
    }
  })
  const sum = (state: string) => seats.filter((seat) => seat.state === state).length
  return {
    taken:
      sum('claimed') +
      sum('handed_in') +
      sum('done') +
      (mission.state === 'closed' || mission.state === 'settled' ? sum('missed') : 0),
    waitingInLine: sum('waiting'),
    missed: sum('missed') - seats.filter(early).length,
    handedIn: pieces.length,
    approved: pieces.filter(({ state }) => isApproved(state)).length,
    undecided: pieces.filter(({ state }) => state === 'submitted' || state === 'changes_requested').length,
    rows: rows.sort((a, b) =>
      a.earnedMinor === b.earnedMinor ? b.handedIn - a.handedIn : a.earnedMinor > b.earnedMinor ? -1 : 1,
    ),
  }
}

/** Approved content goes live and is measured later; it stays approved. */
const isApproved = (state: string): boolean => ['approved', 'live', 'measured'].includes(state)

/** The report in #managers; shown again it is the same post. */
export async function showSettlement(ctx: Context, mission: Mission): Promise<void> {
  const card = settlementCard(mission, await settlementOf(ctx, mission), ctx.program.currency)
  await ctx.show({ channel: 'managers' }, `settlement:${mission.id}`, card)
}
