/** Gifts, told in a few verbs. */
import type { Persona } from './chat.ts'
import type { World } from './world.ts'

export const address = { name: 'Mia Rossi', address: 'Rose Lane 4\n10115 Berlin', country: 'de' }

export const newestGift = (w: World) =>
  w.within((ctx) => ctx.db.gift.findFirstOrThrow({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }))

/** What a creator asked for; gives its id. */
export async function askGift(w: World, creator: Persona): Promise<string> {
  await creator.run('gift ask', { product: 'Serum', why: 'A morning routine.', ...address })
  return (await newestGift(w)).id
}

/** What a manager offers a creator; gives its id. */
export async function offerGift(w: World, manager: Persona, { creatorId }: Persona): Promise<string> {
  await manager.run('gift offer', { creator: creatorId, product: 'Cream', worth: '25.00' })
  return (await newestGift(w)).id
}
