/** The process of the local Discord: it is told verbs over IPC and answers each with its result. */
import { askVerbs } from './asks.mjs'
import { callbackRoutes } from './callbacks.mjs'
import { openFaults } from './faults.mjs'
import { openGateway } from './gateway.mjs'
import { addChannel, makeGuild } from './guild.mjs'
import { messageRoutes } from './message-routes.mjs'
import { peopleVerbs } from './people.mjs'
import { openRest } from './rest.mjs'
import { routes } from './routes.mjs'
import { createState, makeUser } from './state.mjs'

/** @type {Record<string, (...given: any[]) => unknown>} */
let verbs = { start }

process.on('message', async (/** @type {{ id: number, verb: string, given: unknown[] }} */ { id, verb, given }) => {
  try {
    const act = verbs[verb]
    if (!act) throw new Error(`The local Discord has no verb ${verb}.`)
    process.send?.({ id, result: await act(...given) })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) })
  }
})

/** @param {import('./state.mjs').Json} setup */
async function start(setup) {
  const state = createState(setup)
  state.appId = makeUser(state, setup.botName ?? 'Troupe', { bot: true }).id
  const faults = openFaults(state)
  const server = openRest(state, [...routes, ...messageRoutes, ...callbackRoutes], faults)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  state.origin = `http://127.0.0.1:${port}`
  const gateway = openGateway(state, server)
  const guild = makeGuild(state, { name: setup.guildName ?? 'Glow' })
  state.guildId = guild.id
  state.channelId = [...guild.channels][0]
  for (const name of setup.channels ?? []) addChannel(state, guild, { name, type: 0 })
  verbs = { ...peopleVerbs(state), ...askVerbs(state), ...faults.verbs, ...gateway.verbs }
  process.on('disconnect', () => {
    gateway.close()
    server.closeAllConnections()
    server.close()
    process.exit(0)
  })
  return {
    port,
    token: state.token,
    appId: state.appId,
    botId: state.appId,
    guildId: guild.id,
    ownerId: guild.owner_id,
    channelId: state.channelId,
  }
}
