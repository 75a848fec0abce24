/** Ending what comes by itself: from the card, from the settings, and with one click from a mail. */
import { timingSafeEqual } from 'node:crypto'
import type { Context } from '../context.ts'
import { dropPushes } from '../db/withdrawn.ts'
import { membershipOf } from '../people/service.ts'
import { type MessageKind, stoppable } from './rules.ts'

const proofOf = (ctx: Context, personId: string, kind: string): string => ctx.hash(`stop ${personId} ${kind}`).slice(0, 40)

/** The page that ends one kind for one person; whoever holds the mail may. */
export const stopPath = (ctx: Context, personId: string, kind: MessageKind): string =>
  `/unsubscribe/${ctx.program.id}/${personId}/${kind}/${proofOf(ctx, personId, kind)}`

/** The kind that such an address is about; undefined for one that we did not make. */
export function stopOf(ctx: Context, personId: string, kind: string, proof: string): MessageKind | undefined {
  if (!Object.hasOwn(stoppable, kind)) return undefined
  const [given, right] = [Buffer.from(proof), Buffer.from(proofOf(ctx, personId, kind))]
  return given.length === right.length && timingSafeEqual(given, right) ? (kind as MessageKind) : undefined
}

/** Stops or starts a kind, or all of them, for a person. Twice is the same as once. */
export async function setStopped(ctx: Context, personId: string, what: MessageKind | 'all', stopped: boolean): Promise<void> {
  const row = await membershipOf(ctx, personId)
  const kinds = what === 'all' ? Object.keys(stoppable) : [what]
  const others = row.muted.filter((kind) => !kinds.includes(kind))
  await ctx.db.membership.update({ where: { id: row.id }, data: { muted: stopped ? [...others, ...kinds] : others } })
  if (stopped) await dropPushes(ctx.db, ctx.program.id, { personId: row.personId, kinds }, ctx.now)
}
