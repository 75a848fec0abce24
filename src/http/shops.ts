/** Where an admin pastes the address and keys of a shop; reached with a link from /setup shop. Keys never pass through a chat. */
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import type { Context } from '../context.ts'
import { Refusal, refusalStatus } from '../kernel/refusal.ts'
import { inTurn } from '../kernel/turn.ts'
import { codesIn } from '../links/shop-state.ts'
import { readPosted, withPrefix } from '../platforms/web/fields.ts'
import { themeOf } from '../platforms/web/page.ts'
import { shopStandingCard } from '../programs/cards-shops.ts'
import { dropShop, keepShop, nextSource, shopViews } from '../programs/connections.ts'
import { allShopNames, kindOf, shopNames } from '../programs/rules-shops.ts'
import type { Mount } from './server.ts'
import { actorOf, formToken, mustBeOurForm, mustBeOurPage, sendNotForYou, sendPage, type Visitor, visitorOf } from './session.ts'
import { SHOP_PATH, type ShopSection, shopPage } from './shop-page.ts'

/** How long a page waits for the first look at a shop; it goes on after that. */
const LOOK_MS = 8_000

type Params = { Params: { source: string } }

export const shops =
  (app: App): Mount =>
  async (server) => {
    await server.register(async (scope) => {
      await scope.register(multipart, { limits: { files: 0, fields: 20, fieldSize: 4 * 1024 } })
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('referrer-policy', 'same-origin')
      })
      routes(scope, app)
    })
  }

function routes(server: FastifyInstance, app: App): void {
  server.get(SHOP_PATH, async (request, reply) => {
    const visitor = await visitorOf(app, request)
    return visitor?.role === 'admin' ? show(app, request, reply, visitor) : sendNotForYou(app, request, reply, adminsAlone)
  })

  // What was sent from stays in the browser’s line, and is asked for again.
  server.get(`${SHOP_PATH}/:source`, async (_request, reply) => reply.redirect(SHOP_PATH, 303))

  server.post<Params>(`${SHOP_PATH}/:source`, async (request, reply) => {
    mustBeOurPage(app, request)
    const visitor = await visitorOf(app, request)
    if (visitor?.role !== 'admin') return sendNotForYou(app, request, reply, adminsAlone)
    const { fields } = await readPosted(request)
    mustBeOurForm(app, visitor, fields.token)
    const { source } = request.params
    const given = withPrefix(fields, 'o.')
    try {
      if (fields.disconnect === 'yes') await app.act(visitor.program.id, actorOf(visitor), (ctx) => dropShop(ctx, source))
      else await connect(app, visitor, source, given)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const problem = {
        field: error.field,
        sentence: error.fix === undefined ? error.sentence : `${error.sentence} ${error.fix}`,
      }
      return show(app, request, reply.code(refusalStatus[error.code]), visitor, { source, given, problem })
    }
    return reply.redirect(`${SHOP_PATH}#shop-${source}`, 303)
  })
}

/** Keeps what was pasted, then has a first look at the shop, which registers the webhooks. */
async function connect(app: App, visitor: Visitor, source: string, given: Record<string, string>): Promise<void> {
  const outward = app.shops.outward(source)
  if (!outward || !(source in allShopNames))
    throw new Refusal('not_found', 'There is no such shop.', 'Pick one of those on the page.')
  const empty = outward.fields.find((field) => field.required && (given[field.name] ?? '').trim() === '')
  if (empty) throw new Refusal('invalid', `“${empty.label}” is empty.`, `${empty.help}.`, empty.name)
  const located = outward.locate(given, app.shops.settings)
  const pasted = outward.fields
    .filter((field) => field.secret)
    .map((field) => [field.name, (given[field.name] ?? '').trim()] as const)
  const { secret = '', ...secrets } = Object.fromEntries(pasted)
  const keys = outward.keysOf?.(given) ?? secrets
  const address = { source, ...located }
  const connection = await app.act(visitor.program.id, actorOf(visitor), (ctx) =>
    keepShop(ctx, address, keys, secret === '' ? undefined : secret),
  )
  const looked = app.runJob('reconcile', { program: visitor.program.id, connection: connection.id })
  looked.catch((err: unknown) => app.log.warn({ err, source }, 'the first look at a shop failed'))
  await Promise.race([looked, new Promise((resolve) => setTimeout(resolve, LOOK_MS).unref())])
}

type Attempt = { source: string; given: Record<string, string>; problem: { field: string | undefined; sentence: string } }

async function show(app: App, request: FastifyRequest, reply: FastifyReply, visitor: Visitor, attempt?: Attempt) {
  const sections = await app.act(visitor.program.id, actorOf(visitor), async (ctx) => {
    const views = await shopViews(ctx)
    const connected = await inTurn(views, async ({ id, shop, ...view }): Promise<ShopSection> => {
      const outward = app.shops.outward(view.source)
      const tried = attempt?.source === view.source ? attempt : undefined
      return {
        source: view.source,
        name: view.name,
        connected: view.base !== null,
        bound: view.base !== null || shop !== null,
        standing: view.base === null ? undefined : shopStandingCard({ ...view, codes: await codesIn(ctx, id ?? '') }),
        steps: outward?.steps ?? [],
        fields: outward?.fields ?? [],
        typed: tried?.given ?? { shop: (kindOf(view.source) === 'shopify' ? shop : view.base) ?? '' },
        problem: tried?.problem,
      }
    })
    return [...connected, ...(await furtherShops(app, ctx, connected, attempt))]
  })
  const { program, locale, zone } = visitor
  const token = formToken(app, visitor)
  return sendPage(
    reply,
    shopPage({ program, reader: { locale, zone, now: app.clock() }, theme: themeOf(request.cookies), token, sections }),
  )
}

/** Of each kind that is connected one more may be. */
async function furtherShops(app: App, ctx: Context, known: ShopSection[], attempt?: Attempt): Promise<ShopSection[]> {
  const further: ShopSection[] = []
  for (const [kind, name] of Object.entries(shopNames)) {
    const source = known.some((one) => one.bound && kindOf(one.source) === kind) ? await nextSource(ctx, kind) : undefined
    if (source === undefined || known.some((one) => one.source === source)) continue
    const { steps = [], fields = [] } = app.shops.outward(source) ?? {}
    const tried = attempt?.source === source ? attempt : undefined
    const about = { source, name, connected: false, bound: false, standing: undefined, another: true }
    further.push({ ...about, steps, fields, typed: tried?.given ?? {}, problem: tried?.problem })
  }
  return further
}

const adminsAlone = new Refusal('not_allowed', 'Shops are connected by the program’s admins.', 'Ask one of them for /setup shop.')
