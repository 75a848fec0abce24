import type { Persona } from './chat.ts'
import type { World } from './world.ts'

/** News that a manager wrote and did not send yet; gives its id. */
export async function written(w: World, manager: Persona, title: string): Promise<string> {
  await manager.run('broadcast write', { title, words: 'We have a new serum.' })
  return w.within(async (ctx) => (await ctx.db.broadcast.findFirstOrThrow({ where: { title } })).id)
}
