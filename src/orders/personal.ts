import type { Context } from '../context.ts'
import type { Prisma } from '../db/generated/client.ts'
import {
  BOOK_YEARS,
  FORMER,
  type Forgotten,
  namedParts,
  names,
  type Section,
  type Subject,
  scrubber,
  scrubJson,
} from '../kernel/personal.ts'

/** Sales that were credited to somebody, and by what. Who bought is kept as keyed hashes alone. */
export async function personal(ctx: Context, { creatorIds }: Subject): Promise<Section[]> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const select = { id: true, number: true, at: true, currency: true, base: true, kind: true, rule: true, cancelledAt: true }
  const orders = await ctx.db.order.findMany({ where: own, select, orderBy: { at: 'asc' } })
  const lines = await ctx.db.line.findMany({ where: own, orderBy: { at: 'asc' } })
  const touches = await ctx.db.touch.findMany({ where: own })
  const keys = await ctx.db.networkKey.findMany({ where: own })
  return [
    {
      name: 'Sales',
      about: 'to know what you earned, and why',
      until: `${BOOK_YEARS} years, as tax law asks`,
      fate: 'pseudonymised',
      why: 'They are the ground of the books.',
      rows: [...orders, ...lines, ...touches],
    },
    {
      name: 'Keys at networks',
      about: 'to know which of their sales are yours',
      until: 'while you are here',
      fate: 'deleted',
      rows: keys,
      texts: keys.map(({ key }) => key),
    },
  ]
}

/** Figures stay. A code that was made from a name is named so no more, wherever an order tells of it. */
export async function forget(ctx: Context, { creatorIds, words }: Subject): Promise<Forgotten> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const parts = namedParts(words)
  const scrub = scrubber({ words })
  const keys = await ctx.db.networkKey.findMany({ where: own, select: { key: true } })
  await ctx.db.networkKey.deleteMany({ where: own })
  const touches = await ctx.db.touch.findMany({ where: { ...own, kind: 'code' } })
  for (const { id, what } of touches) if (names(what, parts)) await ctx.db.touch.update({ where: { id }, data: { what: FORMER } })
  const told = {
    programId: own.programId,
    OR: [{ creatorId: own.creatorId }, { id: { in: touches.map(({ orderId }) => orderId) } }],
  }
  const plain = (word: string): string => (names(word, parts) || keys.some(({ key }) => key === word) ? FORMER : word)
  for (const { id, codes, mirror, note } of await ctx.db.order.findMany({ where: told })) {
    const fresh = { codes: scrubJson(codes, plain), mirror: scrubJson(mirror, plain), note: note === null ? null : scrub(note) }
    if (JSON.stringify(fresh) === JSON.stringify({ codes, mirror, note })) continue
    await ctx.db.order.update({
      where: { id },
      data: {
        codes: fresh.codes as Prisma.InputJsonValue,
        note: fresh.note,
        ...(mirror === null ? {} : { mirror: fresh.mirror as Prisma.InputJsonValue }),
      },
    })
  }
  for (const { id, because } of await ctx.db.line.findMany({ where: own, select: { id: true, because: true } })) {
    const fresh = scrubJson(because, scrub)
    if (JSON.stringify(fresh) !== JSON.stringify(because))
      await ctx.db.line.update({ where: { id }, data: { because: fresh as Prisma.InputJsonValue } })
  }
  return {}
}
