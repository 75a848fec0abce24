/** Opens the web door and the dashboard over one app, and names the pages that a server mounts. */

import { type App, foundProgram } from '../app.ts'
import { type FileRef, problems } from '../command.ts'
import { openFile } from '../content/open.ts'
import { mayOpen } from '../content/queries.ts'
import { placeOf } from '../creators/rules-standing.ts'
import { termsOfTyped } from '../links/shop-state.ts'
import { atLeast, isFor, recognise, setRole } from '../people/service.ts'
import { formFor, suggest } from '../platforms/ask.ts'
import { dispatch } from '../platforms/dispatch.ts'
import type { Offer, ShopOrder, WebDeps } from '../platforms/web/deps.ts'
import { webPlatform } from '../platforms/web/index.ts'
import { welcomeCard } from '../programs/cards.ts'
import { channels } from '../programs/rules.ts'
import { GRACE_DAYS } from '../programs/service.ts'
import { dashboard } from './dashboard.ts'
import { exports } from './exports.ts'
import { gallery } from './gallery.ts'
import { join } from './join.ts'
import { numbers } from './numbers.ts'
import { papers } from './papers.ts'
import { payee } from './payee.ts'
import { payouts } from './payouts.ts'
import { privacy } from './privacy.ts'
import { queuePage } from './queue.ts'
import { roster } from './roster.ts'
import type { Mount } from './server.ts'
import { dashboardPath, signedInTo } from './session.ts'
import { share } from './share.ts'
import { shops } from './shops.ts'
import { signIn } from './sign-in.ts'
import { unsubscribe } from './unsubscribe.ts'
import { upload } from './upload.ts'

/** Adds the web platform to the app. `simulator` also serves the chat page and the demo shop. */
export function openWebDoor(app: App, simulator: boolean): Mount[] {
  const platform = webPlatform(depsOf(app, simulator))
  app.platforms.set(platform.name, platform)
  const start: Mount = async (server) => {
    server.get('/', (_request, reply) => reply.redirect(simulator ? '/simulator' : '/dashboard', 302))
  }
  return [
    platform.routes,
    dashboard(app),
    numbers(app),
    signIn(app),
    join(app),
    roster(app),
    papers(app),
    exports(app),
    gallery(app),
    payee(app),
    payouts(app),
    privacy(app),
    queuePage(app),
    shops(app),
    upload(app),
    share(app),
    unsubscribe(app),
    start,
  ]
}

function depsOf(app: App, simulator: boolean): WebDeps {
  return {
    database: app.database,
    clock: app.clock,
    id: (kind) => app.newId(kind, app.clock()),
    random: app.random,
    log: app.log,
    key: app.sealer.key('web'),
    seal: (plain) => app.sealer.seal(plain).toString('base64'),
    unseal: (sealed) => app.sealer.unseal(Buffer.from(sealed, 'base64')).toString('utf8'),
    simulator,
    hall: {
      formFor: (call) => formFor(app, call),
      dispatch: (call) => dispatch(app, call),
      suggest: (call, option, typed) => suggest(app, call, option, typed),
      check: (run, given) => {
        const command = app.commands.get(run)
        return command ? problems(command, given) : []
      },
    },
    commandsFor: (who) => offersFor(app, who),
    channelsFor: (role) => channels.filter((channel) => atLeast(role, channel.role)),
    recognise: (programId, user, userName) =>
      app.within(programId, async (ctx) => {
        const { membership } = await recognise(ctx, { platform: 'web', workspace: programId, user, userName, programId })
        return { personId: membership.personId }
      }),
    store: (programId, bytes, name) =>
      app.within(programId, async (ctx): Promise<FileRef> => {
        const file = await ctx.store(bytes, name)
        return { platform: 'web', ref: file.id, name, bytes: file.bytes, mime: file.mime }
      }),
    file: async ({ programId, personId }, fileId, small) => {
      const mine = await app.database.within(programId, (db) => mayOpen(db, programId, personId, fileId, app.clock()))
      return mine ? openFile(app, programId, fileId, small) : undefined
    },
    startProgram: (plan) => startProgram(app, plan),
    signedInTo: signedInTo(app),
    dashboard: dashboardPath(app),
    shop: {
      secret: (programId) => genericSecret(app, programId),
      codeTerms: (programId, code) => app.within(programId, (ctx) => termsOfTyped(ctx, code)),
      orders: (programId) => shopOrders(app, programId),
      origin: () => ownOrigin(app.config),
    },
  }
}

/** Where this process reaches itself: on loopback, unless it was told to listen on one address alone. */
export function ownOrigin({ HOST, PORT }: { HOST?: string | undefined; PORT: number }): string {
  const host = HOST === undefined || HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`
}

function offersFor(app: App, asker: Parameters<WebDeps['commandsFor']>[0]): Offer[] {
  const { creator } = asker ?? {}
  const who = asker && { ...asker, ...(creator && { creatorId: creator.id, ...placeOf(creator) }) }
  return [...app.commands.values()]
    .filter((command) => command.listed && (who === undefined || isFor(who, command)))
    .map((command) => ({
      name: command.name,
      description: command.description,
      options: Object.entries(command.options)
        .filter(([, { carried }]) => !carried)
        .map(([name, option]) => ({
          name,
          label: option.label,
          kind: option.kind,
          required: option.required,
          suggests: option.suggest !== undefined || option.choices !== undefined,
        })),
    }))
}

/** An empty program beside the others, with one admin to begin with; its shop is the demo shop until another is set. */
async function startProgram(
  app: App,
  plan: { name: string; currency: string; zone: string },
): Promise<{ programId: string; user: string }> {
  const user = 'you'
  const programId = await foundProgram(app, { ...plan, graceDays: GRACE_DAYS })
  await app.within(programId, async (ctx) => {
    const { membership } = await recognise(ctx, { platform: 'web', workspace: programId, user, userName: 'You', programId })
    await setRole(ctx, membership.personId, 'admin')
    await ctx.show({ channel: 'start-here' }, 'welcome', welcomeCard(ctx.program), { pin: true })
  })
  return { programId, user }
}

async function genericSecret(app: App, programId: string): Promise<string> {
  const where = { programId_source: { programId, source: 'generic' } }
  const row = await app.database.within(programId, (db) => db.connection.findUniqueOrThrow({ where }))
  return app.sealer.unseal(Buffer.from((row.secrets as string[])[0]!, 'base64')).toString('utf8')
}

/** The shop's own view of its orders: the newest thirty, with what was given back so far. */
async function shopOrders(app: App, programId: string): Promise<ShopOrder[]> {
  return app.database.within(programId, async (db) => {
    const where = { programId, source: 'generic' }
    const orders = await db.order.findMany({ where, orderBy: [{ at: 'desc' }, { id: 'desc' }], take: 30 })
    const refunds = await db.refund.findMany({
      where: { ...where, orderExternalId: { in: orders.map((order) => order.externalId) } },
    })
    return orders.map(({ externalId, number, at, currency, base }) => ({
      externalId,
      number,
      at,
      currency,
      base,
      refunded: refunds.filter((refund) => refund.orderExternalId === externalId).reduce((sum, refund) => sum + refund.base, 0n),
    }))
  })
}
