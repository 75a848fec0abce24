/** Several workspaces: an admin installs the app, and its token is kept sealed. */
import { type Installation, InstallProvider } from '@slack/oauth'
import type { FastifyInstance } from 'fastify'
import type { House } from '../platform.ts'
import { logTo } from './app.ts'
import type { Clients, SlackOptions } from './clients.ts'
import { scopes } from './manifest.ts'

/** GET /slack/install leads to Slack's own page; Slack comes back to /slack/oauth_redirect. Nothing is mounted without client id and secret. */
export async function installRoutes(
  server: FastifyInstance,
  house: House,
  clients: Clients,
  options: SlackOptions,
): Promise<void> {
  const { clientId, clientSecret, stateSecret, publicUrl, apiBase } = options
  if (clientId === undefined || clientSecret === undefined || stateSecret === undefined) return
  const installer = new InstallProvider({
    clientId,
    clientSecret,
    stateSecret,
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
    reply.hijack()
    await installer.handleInstallPath(request.raw, reply.raw, {}, asked)
  })
  server.get('/slack/oauth_redirect', async (request, reply) => {
    reply.hijack()
    await installer.handleCallback(request.raw, reply.raw, {
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
