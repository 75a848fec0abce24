import type { Context } from '../context.ts'
import { Refusal } from '../kernel/refusal.ts'
import { atLeast } from '../people/service.ts'
import { wayIn } from './rules.ts'
import { creatorOfPerson } from './service.ts'

/** What leads the actor in, in a sentence that knows where their application stands. */
export const wayInOf = async (ctx: Context): Promise<string> =>
  wayIn(await creatorOfPerson(ctx, ctx.actor.personId), ctx.now, ctx.actor)

/** Refuses whoever is neither creator nor of the team; `what` begins the sentence, such as "Gifts are". */
export async function insideOnly(ctx: Context, what: string): Promise<void> {
  if (!atLeast(ctx.actor.role, 'creator'))
    throw new Refusal('not_allowed', `${what} for creators of the program.`, await wayInOf(ctx))
}
