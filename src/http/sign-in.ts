/** Signing in by e-mail: whoever types an address gets the same answer at the same speed; only its owner gets the link. */
import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { option } from '../option.ts'
import { mailSignIn, SIGN_IN_MINUTES } from '../people/invitations.ts'
import { themeOf } from '../platforms/web/page.ts'
import type { Mount } from './server.ts'
import { mustBeOurPage, sendPage } from './session.ts'
import { askPage, noMailPage, sentPage } from './sign-in-page.ts'

/** A person mistypes a few times; who tries many addresses is stopped, and so is a flood of mail. */
const few = { rateLimit: { max: 10, timeWindow: '10 minutes' } }
/** Looked up at once; what comes above it is dropped, for who asked can ask again. */
const MOST = 50

const address = option.email('E-mail')

export const signIn =
  (app: App): Mount =>
  async (server) => {
    await server.register(async (scope) => {
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('referrer-policy', 'same-origin').header('x-robots-tag', 'noindex')
      })
      routes(scope, app)
    })
  }

function routes(server: FastifyInstance, app: App): void {
  const underWay = new Set<Promise<void>>()
  server.addHook('onClose', async () => void (await Promise.all(underWay)))

  server.get('/sign-in', async (request, reply) => {
    const theme = themeOf(request.cookies)
    return sendPage(reply, app.mailer ? askPage(theme) : noMailPage(theme))
  })

  server.post<{ Body: { email?: unknown } | undefined }>(
    '/sign-in',
    { config: few, bodyLimit: 4_096 },
    async (request, reply) => {
      mustBeOurPage(app, request)
      const theme = themeOf(request.cookies)
      if (!app.mailer) return sendPage(reply, noMailPage(theme))
      const typed = String(request.body?.email ?? '').slice(0, 300)
      const read = address.check.safeParse(typed)
      if (!read.success) {
        const error = `This ${read.error.issues[0]?.message ?? 'is not right'}.`
        return sendPage(reply.code(400), askPage(theme, { typed, error }))
      }
      // The answer does not wait for the look-up, so that its time tells nothing.
      if (underWay.size < MOST) {
        const work = mailLinks(app, read.data)
          .catch((err: unknown) => app.log.error({ err }, 'a sign-in link could not be made'))
          .finally(() => underWay.delete(work))
        underWay.add(work)
      }
      return sendPage(reply, sentPage(theme, SIGN_IN_MINUTES))
    },
  )
}

/** A link for each program that the address signs somebody in to. */
async function mailLinks(app: App, email: string): Promise<void> {
  const known = await app.database.across((db) =>
    db.identity.findMany({
      where: { platform: 'email', externalId: email },
      orderBy: { createdAt: 'asc' },
      take: 20,
      select: { personId: true, workspace: true },
    }),
  )
  for (const { personId, workspace } of known) await app.within(workspace, (ctx) => mailSignIn(ctx, personId, email))
}
