/** Carries the mail of the outbox: each letter once, later when the server is away, and to the managers when it was refused. */
import type { Config } from './config.ts'
import { type Claimed, claimDue, fail, mailSpace, setAside, settleMail, wait } from './db/outbox.ts'
import type { JobContext } from './job.ts'
import { buttons, type Card, card, toned } from './kernel/card.ts'
import { localDay, minutes } from './kernel/time.ts'
import type { Mailer } from './platforms/email/index.ts'
import { deliveryOf } from './platforms/platform.ts'
import { FAREWELL } from './privacy/hall.ts'
import { sending } from './trace.ts'

const BATCH = 20
/** Longer than a whole batch at the patience of the mailer. */
const LEASE_MINUTES = 10

type Words = { to: string; card: Card; until?: string; stop?: string }

/** The library is only loaded where mail is sent. */
export async function mailerOf({ SMTP_URL: url, MAIL_FROM: from }: Config): Promise<Mailer | undefined> {
  if (url === undefined || from === undefined) return undefined
  return (await import('./platforms/email/index.ts')).openMailer({ url, from })
}

/** Sends what is due; gives the name that mail of this program is due under. */
export async function carryMail(app: JobContext, programId: string): Promise<string[]> {
  const { mailer } = app
  if (!mailer) return []
  const space = mailSpace(programId)
  for (let more = true; more; ) {
    const now = app.clock()
    const claimed = await app.database.within(programId, (db) => claimDue(db, space, now, minutes(now, LEASE_MINUTES), BATCH))
    more = claimed.length === BATCH && !app.leaving()
    for (const [i, row] of claimed.entries()) {
      const until = await perform(app, mailer, programId, row)
      if (until === undefined) continue
      // A server that is away is not waited for letter by letter; for the others this was no try.
      for (const other of claimed.slice(i + 1)) await app.database.within(programId, (db) => wait(db, other, until))
      return [space]
    }
  }
  return [space]
}

/** One letter; gives the moment before which the server is left alone, if there is one. */
async function perform(app: JobContext, mailer: Mailer, programId: string, row: Claimed): Promise<Date | undefined> {
  const { sealed = '' } = row.payload as { sealed?: string }
  try {
    const words = JSON.parse(app.sealer.unseal(Buffer.from(sealed, 'base64')).toString('utf8')) as Words
    const over = words.until !== undefined && new Date(words.until) <= app.clock()
    if (!over) {
      const { program } = await app.within(programId, async (ctx) => ({ program: ctx.program }))
      const reader = { zone: program.zone, locale: program.locale }
      const letter = { id: row.id, to: words.to, program: program.name, card: words.card, reader, stop: words.stop }
      await app.tracer.traced('send email', sending(row, 'email', 'send'), () => mailer.send(letter), { kind: 'client' })
    }
    await app.database.within(programId, (db) => settleMail(db, row, app.clock()))
    return undefined
  } catch (error) {
    return failed(app, programId, row, error)
  }
}

async function failed(app: JobContext, programId: string, row: Claimed, error: unknown): Promise<Date | undefined> {
  const words = error instanceof Error ? error.message : String(error)
  const delivery = deliveryOf(error)
  app.log.warn({ err: error, outbox: row.id }, 'a letter was not sent')
  return app.within(programId, async (ctx) => {
    if (delivery?.kind === 'gone') {
      // Of somebody who was forgotten nothing is kept, and managers hear nothing.
      if (row.key.startsWith(FAREWELL)) {
        await settleMail(ctx.db, row, ctx.now)
        return undefined
      }
      await setAside(ctx.db, row, 'parked', words)
      await ctx.show({ channel: 'managers' }, `mail:${row.id}`, parkedCard(row, words, delivery.fix))
      return undefined
    }
    const until = minutes(ctx.now, 2 ** Math.min(row.tries, 6) / 4)
    const parked = await fail(ctx.db, row, words, until)
    const fix =
      'It was tried ten times. npm run doctor says what is wrong with the mail server; press Try again once it is mended.'
    const day = localDay(ctx.now, ctx.program.zone)
    if (parked) await ctx.show({ channel: 'managers' }, `mail:server:${day}`, parkedCard(row, words, fix))
    return until
  })
}

const about: Record<string, string> = {
  invite: 'An invitation',
  address: 'A question to confirm an address',
  'sign-in': 'A sign-in link',
}

const parkedCard = ({ key }: Claimed, why: string, fix: string): Card =>
  toned(
    'warn',
    card(
      'A mail could not be sent',
      `${about[key.split(':')[0] ?? ''] ?? 'A notice'} did not go out: ${why}.`,
      fix,
      buttons({ label: 'Look at parked', run: 'parked' }),
    ),
  )
