import type { Context } from '../context.ts'
import { FORMER, type Forgotten, type Section, type Subject } from '../kernel/personal.ts'

/** What somebody said of themselves when they joined, what they agreed to, and what the team noted down. */
export async function personal(ctx: Context, { creatorIds, personIds }: Subject): Promise<Section[]> {
  const programId = ctx.program.id
  const creators = await ctx.db.creator.findMany({ where: { programId, id: { in: creatorIds } } })
  const notes = await ctx.db.note.findMany({ where: { programId, creatorId: { in: creatorIds } } })
  const agreed = await ctx.db.acceptance.findMany({ where: { programId, personId: { in: personIds } } })
  const told = creators.flatMap(({ name, handle, handles, email, alias }) => [name, handle, ...handles, email, alias])
  return [
    {
      name: 'Profile',
      about: 'to run the program with you; only an empty line stays, to which the books point',
      until: 'while you are here',
      fate: 'deleted',
      rows: creators,
      words: told.flatMap((word) => (word?.startsWith('@') ? [word, word.slice(1)] : [word])),
    },
    {
      name: 'Notes of the team',
      about: 'so that managers know you',
      until: 'while you are here',
      fate: 'deleted',
      rows: notes,
      texts: notes.map(({ words }) => words),
    },
    {
      name: 'Terms you accepted',
      about: 'proof of what was agreed',
      until: 'as long as claims can be made',
      fate: 'pseudonymised',
      why: 'The brand must be able to show which terms were agreed to. It says when and which version, and no name.',
      rows: agreed,
    },
  ]
}

export async function forget(ctx: Context, { creatorIds }: Subject): Promise<Forgotten> {
  const programId = ctx.program.id
  await ctx.db.note.deleteMany({ where: { programId, creatorId: { in: creatorIds } } })
  for (const creator of await ctx.db.creator.findMany({ where: { programId, id: { in: creatorIds } } }))
    await ctx.db.creator.update({
      where: { id: creator.id },
      data: {
        name: FORMER,
        // Lists still tell one from another.
        handle: `@former-${creator.id.slice(-8).toLowerCase()}`,
        handles: [],
        niche: '',
        email: '',
        alias: null,
        shown: 'hidden',
        tags: [],
        adultAt: null,
        invitedBy: null,
        declineNote: null,
        againAt: null,
        stood: [],
        state: ['declined', 'banned'].includes(creator.state) ? creator.state : 'left',
        erasedAt: ctx.now,
      },
    })
  return {}
}
