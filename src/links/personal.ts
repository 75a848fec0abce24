import type { Context } from '../context.ts'
import { type Forgotten, namedParts, nameless, names, type Section, type Subject } from '../kernel/personal.ts'
import { endCode } from './codes.ts'
import { fades } from './rules-codes.ts'

const WHY = 'Orders point to them. One that was made from your name gets another.'

/** Links and codes that somebody handed out. Who followed them are shoppers, and nobody keeps who those are. */
export async function personal(ctx: Context, { creatorIds }: Subject): Promise<Section[]> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const links = await ctx.db.link.findMany({ where: own })
  const codes = await ctx.db.code.findMany({ where: own })
  const about = 'to know which sales are yours'
  return [
    {
      name: 'Links',
      about,
      until: 'as long as orders',
      fate: 'pseudonymised',
      why: WHY,
      rows: links,
      texts: links.map(({ slug }) => slug),
    },
    {
      name: 'Codes',
      about,
      until: 'as long as orders',
      fate: 'pseudonymised',
      why: WHY,
      rows: codes,
      texts: codes.map(({ code }) => code),
      codes: codes.map(({ code }) => code),
    },
  ]
}

/** Codes end, here and in the shops. A link leads shoppers on unless its address names its creator; then it is no more. */
export async function forget(ctx: Context, { creatorIds, words }: Subject): Promise<Forgotten> {
  const programId = ctx.program.id
  const own = { programId, creatorId: { in: creatorIds } }
  const parts = namedParts(words)
  await ctx.db.offerFor.deleteMany({ where: { programId, who: 'creator', target: { in: creatorIds } } })
  for (const link of await ctx.db.link.findMany({ where: own }))
    if (names(link.slug, parts)) await ctx.db.link.update({ where: { id: link.id }, data: { slug: nameless(link.id) } })
  for (const code of await ctx.db.code.findMany({ where: own })) {
    if (code.state !== 'ended' || fades(code, ctx.now)) await endCode(ctx, code, 'asked', ctx.now, ctx.now)
    if (names(code.code, parts))
      await ctx.db.code.update({ where: { id: code.id }, data: { code: nameless(code.id).toUpperCase() } })
  }
  return {}
}
