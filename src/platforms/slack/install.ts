/** Several workspaces: an admin installs the app, and its token is kept sealed. */
import oauth, { type Installation, type StateStore } from '@slack/oauth'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { minutes } from '../../kernel/time.ts'
import type { House } from '../platform.ts'
import { logTo } from './app.ts'
import type { Clients, SlackOptions } from './clients.ts'
import { scopes } from './manifest.ts'

const STATE_MINUTES = 10

/** GET /slack/install leads to Slack's own page; Slack comes back to /slack/oauth_redirect. Nothing is mounted without client id and secret. */
export async function installRoutes(
  server: FastifyInstance,
  house: House,
  clients: Clients,
  options: SlackOptions,
): Promise<void> {
  const { clientId, clientSecret, stateSecret, publicUrl, apiBase } = options
  if (clientId === undefined || clientSecret === undefined || stateSecret === undefined) return
  const installer = new oauth.InstallProvider({
    clientId,
    clientSecret,
    stateStore: states(house, stateSecret),
    stateCookieExpirationSeconds: STATE_MINUTES * 60,
    // Slack's own page asks for consent; one of ours before it would say the same.
    directInstall: true,
    clientOptions: { slackApiUrl: apiBase, retryConfig: { retries: 1 }, rejectRateLimitedCalls: true },
    logger: logTo(house),
    authorizationUrl: new URL('/oauth/v2/authorize', apiBase).href,
    installationStore: {
      async storeInstallation(installation) {
        await keep(house, installation)
        if (installation.team) clients.forget(installation.team.id)
      },
      fetchInstallation: async () => {
        throw new Error('Tokens are read by the door itself.')
      },
    },
  })
  const back = publicUrl === undefined ? {} : { redirectUri: `${publicUrl}/slack/oauth_redirect` }
  const asked = { scopes: scopes.map(({ scope }) => scope), ...back }
  server.get('/slack/install', async (request, reply) => {
    await installer.handleInstallPath(request.raw, handOver(reply), {}, asked)
  })
  server.get('/slack/oauth_redirect', async (request, reply) => {
    await installer.handleCallback(request.raw, handOver(reply), {
      success: (_installation, _options, _request, answer) => {
        answer.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
        answer.end('Troupe is installed. Go back to Slack and type /troupe to tie this workspace to a program.')
      },
      failure: (error, _options, _request, answer) => {
        house.log.warn({ err: error }, 'an installation failed')
        answer.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' })
        answer.end('The installation did not come to its end. Go to /slack/install and try again.')
      },
    })
  })
}

/** The library answers by itself; what every answer of the house says goes with it. */
function handOver(reply: FastifyReply): FastifyReply['raw'] {
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value)
  reply.hijack()
  return reply.raw
}

/**
 * What an installation takes to Slack and brings back. The library signs it, and holds it to the browser that began by a cookie; that
 * it ends in ten minutes and is good for one return, also where another process hears the second, is seen to here.
 */
function states(house: House, secret: string): StateStore {
  const signed = new oauth.ClearStateStore(secret, STATE_MINUTES * 60)
  return {
    generateStateParam: (asked) => signed.generateStateParam(asked, house.clock()),
    async verifyStateParam(_now, state) {
      const now = house.clock()
      const asked = await signed.verifyStateParam(now, state)
      // A minute longer than the state itself, which the library ends by whole seconds.
      if (await house.installs.first('slack', state, minutes(now, STATE_MINUTES + 1))) return asked
      throw new oauth.InvalidStateError('This installation came back before.')
    },
  }
}

async function keep(house: House, { team, bot, user }: Installation): Promise<void> {
  if (!team || !bot) throw new Error('Slack gave no workspace or no bot token.')
  await house.installs.keep('slack', {
    workspace: team.id,
    name: team.name ?? team.id,
    token: bot.token,
    botUser: bot.userId,
    installer: user.id,
    scopes: bot.scopes.join(','),
  })
}
