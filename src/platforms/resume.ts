/** Calls that a process heard and did not finish before it ended. */
import type { Inbox } from '../db/generated/client.ts'
import { finish } from '../db/inbox.ts'
import type { Card } from '../kernel/card.ts'
import { minutes } from '../kernel/time.ts'
import { run } from './dispatch.ts'
import { sealedAnswer, tooLateCard } from './outcome.ts'
import type { Call } from './platform.ts'
import { type Hall, porter } from './porter.ts'

const RERUN_MINUTES = 14

/**
 * Calls through these doors that were heard but not finished when the process ended: young ones run again, older ones are told. Gives
 * how many there were.
 */
export async function resume(
  hall: Hall,
  programId: string,
  platforms: readonly string[],
  answerLate: (call: Call, card: Card) => Promise<void>,
): Promise<number> {
  const source = { in: platforms.map((platform) => `chat:${platform}`) }
  const rows = await hall.database.within(programId, (db) => db.inbox.findMany({ where: { programId, state: 'heard', source } }))
  for (const row of rows) {
    // One that can't be taken up must not keep the others, and the whole start, from going on.
    await takeUp(hall, programId, row, answerLate).catch((err: unknown) => {
      hall.log.error({ err, inbox: row.id }, 'a call from before the restart could not be taken up')
    })
  }
  return rows.length
}

async function takeUp(
  hall: Hall,
  programId: string,
  row: Inbox,
  answerLate: (call: Call, card: Card) => Promise<void>,
): Promise<void> {
  if (!row.body) return
  const call = JSON.parse(hall.sealer.unseal(row.body).toString('utf8')) as Call
  const actor = await porter(hall, programId, call)
  // A signal (someone joined, or reacted to a message) waits for no answer.
  const asked = call.by !== 'signal'
  if (row.receivedAt > minutes(hall.clock(), -RERUN_MINUTES)) {
    const { answer, kept } = await run(hall, programId, actor, row.id, call)
    // Another process was still at work on it, and has answered.
    if (asked && !kept) await answerLate(call, answer)
    return
  }
  await hall.act(programId, actor, async (ctx) => {
    const told = tooLateCard(call.run)
    if (asked) await ctx.show({ person: actor.personId }, `late:${row.id}`, told)
    await finish(ctx.db, row.id, { state: 'done', answer: sealedAnswer(told, ctx), doneAt: ctx.now })
  })
}
