/** Calls that a process heard and did not finish, or did not answer, before it ended. */
import { isAway } from '../db/away.ts'
import type { Inbox } from '../db/generated/client.ts'
import { closeCall, finish } from '../db/inbox.ts'
import type { JobContext } from '../job.ts'
import type { Card } from '../kernel/card.ts'
import { minutes } from '../kernel/time.ts'
import { dispatch, run, tracedCall } from './dispatch.ts'
import type { Left } from './left.ts'
import { keptAnswer, sealedAnswer, tooLateCard } from './outcome.ts'
import type { Call } from './platform.ts'
import { type Hall, keptPress, porter, programOf, rowOf } from './porter.ts'
import { pressGone } from './press.ts'
import type { Told } from './told.ts'

const RERUN_MINUTES = 14
const LANES = 4

/** Gives the answer to a call that was asked at this moment, where it was asked or else in the private place. */
export type AnswerLate = (call: Call, card: Card, askedAt: Date) => Promise<void>

/**
 * Answers what dead processes left at a door: with the answer that was kept, or with the one the call leads to now, for it may never
 * have been heard. What can't be answered is left to the next start. Gives how many there were.
 */
export async function answerLeft(hall: Hall, door: string, answerLate: AnswerLate): Promise<number> {
  const all = await hall.left.at(door)
  const lanes = all.values()
  const carry = async (): Promise<void> => {
    for (const left of lanes) {
      await answerOne(hall, left, answerLate).then(left.forget, (err: unknown) =>
        hall.log.error({ err, run: left.call.run }, 'a call from before the restart could not be answered'),
      )
    }
  }
  await Promise.all(Array.from({ length: LANES }, carry))
  return all.length
}

async function answerOne(hall: Hall, { call: came, press, at }: Left, answerLate: AnswerLate): Promise<void> {
  const programId = await programOf(hall, came)
  const meant = press === undefined || programId === undefined ? undefined : await keptPress(hall, programId, press)
  if (press !== undefined && !meant) return answerLate(came, pressGone, at)
  const call = meant ? { ...came, run: meant.run, given: { ...meant.given, ...came.given } } : came
  const row = programId === undefined ? undefined : await heardAs(hall, programId, rowOf(call))
  if (row && programId !== undefined) {
    const answer = row.state === 'heard' ? undefined : keptAnswer(row.answer, hall.sealer)
    return answer ? answerLate(call, answer, at) : takeUp(hall, programId, row, answerLate)
  }
  if (at <= minutes(hall.clock(), -RERUN_MINUTES)) return answerLate(call, tooLateCard(call.run), at)
  const { card, again } = await dispatch(hall, call)
  if (!again) await answerLate(call, card, at)
}

const heardAs = (hall: Hall, programId: string, { source, externalId }: ReturnType<typeof rowOf>): Promise<Inbox | null> =>
  hall.database.within(programId, (db) =>
    db.inbox.findUnique({ where: { programId_source_externalId: { programId, source, externalId } } }),
  )

/**
 * Calls through these doors that were heard but not finished when the process ended: young ones run again, older ones are told. Gives
 * how many there were.
 */
export async function resume(
  hall: Hall,
  programId: string,
  platforms: readonly string[],
  answerLate: AnswerLate,
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

/**
 * Closes what was told while its end could not be written, so that it never runs. A signal is run, for nobody was told anything and nobody
 * can give it again. What turns out to be done after all, for a commit can be lost on its way back, is told as that. Throws while the
 * database is away, for then nothing may be taken up.
 */
export async function closeTold(hall: Hall & Pick<JobContext, 'within'>): Promise<void> {
  for (const { told, at, forget } of await hall.told.all()) {
    try {
      await endAsTold(hall, told, at)
    } catch (err) {
      if (isAway(err)) throw err
      hall.log.error({ err, event: told.externalId }, 'what was told could not be written afterwards')
    }
    await forget()
  }
}

async function endAsTold(hall: Hall & Pick<JobContext, 'within'>, told: Told, at: Date): Promise<void> {
  const { programId, answer, personId } = told
  const row = await heardAs(hall, programId, told)
  // What came once more and was heard then has an end of its own.
  if (!row || row.receivedAt > at) return
  if (told.signal && row.state === 'heard') return takeUp(hall, programId, row, async () => {})
  await hall.within(programId, async (ctx) => {
    const closed = await closeCall(ctx.db, row.id, sealedAnswer(answer, ctx), ctx.now)
    if (closed || personId === undefined) return
    const { answer: kept } = await ctx.db.inbox.findUniqueOrThrow({ where: { id: row.id }, select: { answer: true } })
    const done = keptAnswer(kept, hall.sealer)
    if (done && JSON.stringify(done) !== JSON.stringify(answer)) await ctx.show({ person: personId }, `late:${row.id}`, done)
  })
}

async function takeUp(hall: Hall, programId: string, row: Inbox, answerLate: AnswerLate): Promise<void> {
  if (!row.body) return
  const call = JSON.parse(hall.sealer.unseal(row.body).toString('utf8')) as Call
  const actor = await porter(hall, programId, call)
  // A signal (someone joined, or reacted to a message) waits for no answer.
  const asked = call.by !== 'signal'
  if (row.receivedAt > minutes(hall.clock(), -RERUN_MINUTES)) {
    const { answer, kept } = await tracedCall(hall, call, () => run(hall, programId, actor, row.id, call))
    // Another process was still at work on it, and has answered.
    if (asked && !kept) await answerLate(call, answer, row.receivedAt)
    return
  }
  await hall.act(programId, actor, async (ctx) => {
    const told = tooLateCard(call.run)
    if (asked) await ctx.show({ person: actor.personId }, `late:${row.id}`, told)
    await finish(ctx.db, row.id, { state: 'done', answer: sealedAnswer(told, ctx), doneAt: ctx.now })
  })
}
