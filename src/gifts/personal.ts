import type { Context } from '../context.ts'
import { type Forgotten, REMOVED, type Section, type Subject } from '../kernel/personal.ts'
import { ADDRESS_DAYS, CALLED_OFF, NEVER_SENT, OPEN_DAYS, readAddress } from './rules.ts'

/** Products that were asked for or sent, with the address while it is kept. */
export async function personal(ctx: Context, { creatorIds }: Subject): Promise<Section[]> {
  const gifts = await ctx.db.gift.findMany({ where: { programId: ctx.program.id, creatorId: { in: creatorIds } } })
  const rows = gifts.map((gift) => ({ ...gift, address: gift.address === null ? null : readAddress(ctx.unseal(gift.address)) }))
  return [
    {
      name: 'Gifts',
      about: 'to send you products; their value is income and stays',
      until: `the address ${ADDRESS_DAYS} days after it was sent, or when ${OPEN_DAYS} days sent nothing`,
      fate: 'pseudonymised',
      why: 'What was given away belongs to the books.',
      rows,
      words: rows.flatMap(({ address }) => (address === null ? [] : [address.name, ...address.lines.split('\n')])),
      // What is no word of theirs stands with the gifts of others too.
      texts: gifts.flatMap(({ why, tracking }) => [why === CALLED_OFF || why === NEVER_SENT ? null : why, tracking]),
    },
  ]
}

export async function forget(ctx: Context, { creatorIds }: Subject): Promise<Forgotten> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  await ctx.db.gift.updateMany({ where: { ...own, state: { in: ['asked', 'offered', 'agreed'] } }, data: { state: 'declined' } })
  await ctx.db.gift.updateMany({ where: own, data: { address: null, why: null, tracking: null, product: REMOVED } })
  return {}
}
