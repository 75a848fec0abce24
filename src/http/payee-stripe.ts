/** The way to Stripe's own form and back, from the page where a creator says how they are paid. Stripe is asked between transactions. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type App, publicUrl } from '../app.ts'
import type { Connection } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { accountOf, keepAccount, noteState, stripeOf } from '../payouts/onboarding.ts'
import { sayAccount, sayOnboarding, sayState } from '../payouts/rules-onboarding.ts'

/** Whose opened page it is. */
export type Owner = { programId: string; creatorId: string; country: string }

type Pages = {
  /** The owner of the page that is open in this browser; undefined when it is over. */
  owner: (request: FastifyRequest) => Promise<Owner | undefined>
  /** The same for a form of ours that was sent, with the country that was chosen on it. */
  sent: (request: FastifyRequest) => Promise<Owner | undefined>
  refuse: (request: FastifyRequest, reply: FastifyReply, refusal?: Refusal) => FastifyReply | Promise<FastifyReply>
  limit: { rateLimit: { max: number; timeWindow: string } }
}

const RETURN = '/details/stripe/return'
const REFRESH = '/details/stripe/refresh'

export function stripeRoutes(server: FastifyInstance, app: App, { owner, sent, refuse, limit }: Pages): void {
  server.post('/details/stripe', { config: limit }, async (request, reply) => {
    const known = await sent(request)
    return known ? lead(app, known, request, reply, refuse) : refuse(request, reply)
  })

  // Stripe sends them here when its link has run out: they get a new one.
  server.get(REFRESH, { config: limit }, async (request, reply) => {
    const known = await owner(request)
    return known ? lead(app, known, request, reply, refuse) : refuse(request, reply)
  })

  // Coming back says nothing by itself: Stripe is asked how the account stands.
  server.get(RETURN, { config: limit }, async (request, reply) => {
    const known = await owner(request)
    if (!known) return refuse(request, reply)
    await look(app, known)
    return reply.redirect('/details/form#stripe', 303)
  })
}

async function lead(app: App, known: Owner, request: FastifyRequest, reply: FastifyReply, refuse: Pages['refuse']) {
  try {
    const stripe = await app.within(known.programId, stripeOf)
    if (!stripe)
      throw new Refusal(
        'conflict',
        'The brand has not connected Stripe yet.',
        'Choose another way, or ask the team to connect it.',
      )
    const account = await made(app, stripe, known)
    const url = (path: string) => new URL(path, publicUrl(app.config)).href
    const to = await app.shops.talk(stripe, (_outward, reach) => sayOnboarding(reach, account, url(RETURN), url(REFRESH)))
    return reply.redirect(to, 303)
  } catch (error) {
    if (error instanceof Refusal) return refuse(request, reply, error)
    app.log.warn({ err: error }, 'Stripe could not be asked for an account')
    return refuse(
      request,
      reply,
      new Refusal('conflict', 'Stripe did not answer as it should.', 'Nothing was changed; try again in a few minutes.'),
    )
  }
}

async function made(app: App, stripe: Connection, { programId, creatorId, country }: Owner): Promise<string> {
  const { known, email } = await app.within(programId, async (ctx) => ({
    known: await accountOf(ctx, creatorId),
    email: (await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { email: true } })).email,
  }))
  if (known) return known.account
  const wish = { programId, creatorId, country, email }
  const account = await app.shops.talk(stripe, (_outward, reach) => sayAccount(reach, wish))
  await app.within(programId, (ctx) => keepAccount(ctx, creatorId, account, country))
  return account
}

/** Asks how the account stands and keeps it; when Stripe is silent, what is known stays. */
async function look(app: App, { programId, creatorId }: Owner): Promise<void> {
  const { stripe, known } = await app.within(programId, async (ctx) => ({
    stripe: await stripeOf(ctx),
    known: await accountOf(ctx, creatorId),
  }))
  if (!stripe || !known) return
  try {
    const state = await app.shops.talk(stripe, (_outward, reach) => sayState(reach, known.account))
    await app.within(programId, (ctx) => noteState(ctx, creatorId, state))
  } catch (error) {
    app.log.warn({ err: error }, 'Stripe could not be asked how an account stands')
  }
}
