/** What was approved and posted, for tests that begin there. */
import type { Persona } from './chat.ts'
import type { World } from './world.ts'

/** A post of this creator that went live now at an address. Gives its id. */
export function posted(w: World, mia: Persona, caption: string, liveUrl: string, more: { kind?: string } = {}): Promise<string> {
  return w.within(async (ctx) => {
    const row = await ctx.db.submission.create({
      data: {
        id: ctx.id('submission'),
        programId: ctx.program.id,
        creatorId: mia.creatorId,
        state: 'live',
        caption,
        url: 'https://www.instagram.com/p/draft/',
        ...{ liveUrl, liveAt: ctx.now, submittedAt: ctx.now, createdAt: ctx.now },
        ...more,
      },
    })
    return row.id
  })
}
