/** The simulator over a real port, with Mia (creator) and Ana (manager) in it, and visitors who sit down at it. */
import { openWebDoor } from '../../src/http/doors.ts'
import type { Card } from '../../src/kernel/card.ts'
import type { Post } from '../../src/platforms/platform.ts'
import { Visitor } from '../browse.ts'
import { freePort } from '../port.ts'
import { world } from '../world.ts'

export type Simulator = Awaited<ReturnType<typeof openSimulator>>

/** Close its world when done. */
export async function openSimulator() {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const w = await world({
    port,
    program: { demo: true, policy: { shopUrl: `${origin}/shop/x`, allowedHosts: ['localhost'] } },
    mounts: (app) => openWebDoor(app, true),
  })
  await w.creator('Mia')
  await w.manager('Ana')
  const { server } = await w.serve()
  await server.listen({ port, host: 'localhost' })

  /** Sits down at the simulator as someone. */
  async function sit(user?: string): Promise<Visitor> {
    const visitor = new Visitor(origin)
    await visitor.go('/simulator')
    if (user) await visitor.post('/simulator/persona', { user })
    return visitor
  }

  return { w, origin, web: w.app.platforms.get('web')!, sit }
}

let events = 0
export const event = () => `test-${++events}`
export const tell = (visitor: Visitor, line: string, key = 'start-here') =>
  visitor.post('/simulator/run', { in: key, event: event(), line })

/** A post that was not tried before. */
export const postOf = (nonce: string, card: Card, pin = false): Post => ({ nonce, card, pin, again: false })
