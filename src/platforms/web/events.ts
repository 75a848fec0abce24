import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Change } from './live.ts'
import { type ProgramRow, personasOf, privatePlaceOf, programOfPlace } from './messages.ts'
import type { Stage } from './simulator.ts'

const BEAT_MS = 25_000

/** Server-sent events: the names of places that changed and that this persona may see. Pages then fetch what is new. */
export async function eventStream(
  stage: Stage,
  program: ProgramRow,
  user: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { deps, live, closing } = stage
  const look = async () => (await personasOf(deps.database, program)).find((p) => p.user === user)
  let persona = await look()
  const mine = (change: Change): boolean => {
    if (programOfPlace(change.place) !== program.id || !persona) return false
    if (change.person !== undefined) return change.person === persona.personId
    if (change.place === privatePlaceOf(program.id, persona.personId) || change.place === `${program.id}:*`) return true
    return deps.channelsFor(persona.role).some((channel) => change.place === `${program.id}:${channel.purpose}`)
  }

  const { raw } = reply.hijack()
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'keep-alive',
  })
  let count = 0
  const write = (change: Change) =>
    raw.write(`id: ${++count}\nevent: place\ndata: ${JSON.stringify({ place: change.place })}\n\n`)
  const forget = live.hear((change) => {
    if (change.place !== `${program.id}:*`) {
      if (mine(change)) write(change)
      return
    }
    // A role changed; it may be ours, and then other places are ours too.
    look().then(
      (fresh) => {
        persona = fresh
        write(change)
      },
      (err: unknown) => deps.log.warn({ err }, 'a live page could not look up its persona'),
    )
  })
  const beat = setInterval(() => raw.write(': beat\n\n'), BEAT_MS)
  beat.unref()
  const close = () => {
    if (!closing.includes(close)) return
    clearInterval(beat)
    forget()
    closing.splice(closing.indexOf(close), 1)
    raw.end()
  }
  closing.push(close)
  request.raw.once('close', close)
  raw.write('retry: 1000\n\n')
}
