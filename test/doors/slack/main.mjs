/** The process of a local Slack: opens its server, tells its addresses, and does what the test asks. */
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { httpListener } from './api.mjs'
import { deliverer } from './delivery.mjs'
import { modalVerbs } from './modals.mjs'
import { manifestErrors } from './people.mjs'
import { personVerbs } from './person.mjs'
import { socketMode } from './socket.mjs'
import { foundTeam, newState } from './state.mjs'
import { lookVerbs, troubleVerbs, worldVerbs } from './world.mjs'

const options = JSON.parse(process.argv[2] ?? '{}')
const state = newState(options, createRequire(import.meta.url)('../../specs/slack-methods.json').methods)
const wrong = options.manifest ? manifestErrors(options.manifest) : []

const server = createServer({ keepAliveTimeout: 1000 })
const sockets = socketMode(state, server)
const delivery = deliverer(state, sockets)
const listen = httpListener(state, sockets.openSocket, delivery.occur)
server.on('request', (request, response) => {
  listen(request, response).catch((error) => {
    state.breach('bug', String(error.stack))
    console.error(error)
    response.destroy()
  })
})

/** @type {Record<string, (...args: any[]) => any>} */
const verbs = {
  ...worldVerbs(state, sockets),
  ...personVerbs(state, delivery),
  ...modalVerbs(state, delivery),
  ...lookVerbs(state),
  ...troubleVerbs(state, delivery, sockets),
}

if (wrong.length > 0) {
  process.send?.({ failed: `The manifest breaks Slack's schema: ${JSON.stringify(wrong)}` }, () => process.exit(1))
} else open()

const tell = (/** @type {any} */ reply) => process.connected && process.send?.(reply)

process.on('message', async (/** @type {{ id: number, verb: string, args: any[] }} */ { id, verb, args }) => {
  try {
    tell({ id, value: await verbs[verb]?.(...args) })
  } catch (error) {
    tell({ id, error: /** @type {Error} */ (error).message })
  }
})
process.on('disconnect', () => process.exit(0))

function open() {
  server.listen(0, '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    state.origin = `http://127.0.0.1:${port}`
    const team = foundTeam(state, 'Glow')
    const { appToken, signingSecret, clientId, clientSecret, configToken, appId, origin } = state
    const ready = { origin, apiUrl: `${origin}/api/`, appToken, signingSecret, clientId, clientSecret, configToken, appId }
    tell({
      ready: {
        ...ready,
        teamId: team.id,
        botToken: team.token,
        botId: team.botId,
        botUserId: team.botUser,
        general: team.general,
      },
    })
  })
}
