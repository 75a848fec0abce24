/** The web door: the simulator's chat as a platform, its pages, the demo shop, and the files all pages need. */
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../../kernel/refusal.ts'
import type { Platform } from '../platform.ts'
import { assetRoutes, mediaRoute } from './assets.ts'
import type { WebDeps } from './deps.ts'
import { uploadLimit } from './fields.ts'
import { openLive } from './live.ts'
import { addMessage, allPrograms, personasOf, privatePlaceOf, programOfPlace, replaceCard } from './messages.ts'
import { openSessions } from './session.ts'
import { shopRoutes } from './shop.ts'
import { simulatorRoutes } from './simulator.ts'
import { nonceOf } from './talk.ts'

export type WebPlatform = Platform & {
  /** Mounts assets and media always; simulator and shop where the simulator is on. */
  routes: (server: FastifyInstance) => Promise<void>
}

export function webPlatform(deps: WebDeps): WebPlatform {
  const live = openLive(deps.database, deps.log, deps.id('session'))
  const sessions = openSessions(deps)
  const closing: (() => void)[] = []

  return {
    name: 'web',
    start: async () => {},
    async stop() {
      for (const close of [...closing]) close()
      await live.stop()
    },
    privatePlace: async (workspace, personId) => privatePlaceOf(workspace, personId),
    async post(_workspace, place, { nonce, card, pin }) {
      const message = await addMessage(deps, { place, nonce, card, author: null, visibleTo: null, pinned: pin })
      live.tell({ place })
      return { place, message }
    },
    async edit(_workspace, ref, { card, pin }) {
      const found = await replaceCard(deps, ref.place, ref.message, { card, pinned: pin })
      if (found) live.tell({ place: ref.place })
      return found
    },
    // Roles are read from the membership whenever a page is drawn; open pages only have to look again.
    grant: async (workspace) => live.tell({ place: `${workspace}:*` }),
    async answerLate(call, card) {
      const program = (await allPrograms(deps.database)).find((p) => p.id === programOfPlace(call.place))
      const persona = program && (await personasOf(deps.database, program)).find((p) => p.user === call.user)
      if (!persona) return
      await addMessage(deps, {
        place: call.place,
        nonce: nonceOf(call),
        card,
        author: `${persona.personId} ${call.run}`,
        visibleTo: persona.personId,
        pinned: false,
      })
      live.tell({ place: call.place, person: persona.personId })
    },
    // What a browser uploads is stored before the call is made, and its channels stand from the founding on.
    fetchFile: async (_workspace, { name }) => {
      throw new Refusal('not_found', `“${name.slice(0, 60)}” is not here any more.`, 'Choose the file again.')
    },
    prepare: async (workspace, wanted) => ({
      channels: wanted.map(({ audience, name }) => ({ audience, name, externalId: `${workspace}:${audience}` })),
      missing: [],
    }),
    health: () => ({ ok: true, words: 'open' }),
    async routes(server) {
      // An open page listens for as long as it is open; a server that ends waits for no such request.
      server.addHook('preClose', async () => {
        for (const close of [...closing]) close()
      })
      if (!server.hasPlugin('@fastify/cookie')) await server.register(cookie)
      await server.register(async (scope) => {
        if (!scope.hasContentTypeParser('application/x-www-form-urlencoded')) await scope.register(formbody)
        const limits = { fileSize: uploadLimit, files: 4, fields: 60, fieldSize: 64 * 1024 }
        // A file that was cut off says so itself; thrown, the error would end the whole form.
        await scope.register(multipart, { limits, throwFileSizeLimit: false })
        assetRoutes(scope)
        mediaRoute(scope, deps, sessions)
        if (!deps.simulator) return
        simulatorRoutes(scope, { deps, live, sessions, closing })
        shopRoutes(scope, deps, sessions)
      })
    },
  }
}
