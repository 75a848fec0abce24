/** A real mail server on this machine, and what came to it. */
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export type Mail = Email & { envelopeTo: string[] }

/** What an answer of the server looks like: 4xx to come back later, 5xx for never. */
type No = { code: number; words: string }

export type Mailbox = Awaited<ReturnType<typeof mailbox>>

/** Listens on a free port; only `mailer` with `p@ss` gets in. Close it when done. */
export async function mailbox() {
  const mails: Mail[] = []
  const refused = new Map<string, No>()
  let lost = 0
  let away: { at: 'greeting' | 'sender'; no: No } | undefined
  const unless = (at: 'greeting' | 'sender', done: (error?: Error | null) => void): void =>
    done(away?.at === at ? refusal(away.no) : null)
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth({ username, password }, _session, done) {
      if (username === 'mailer' && password === 'p@ss') done(null, { user: username })
      else done(refusal({ code: 535, words: 'Wrong user or password' }))
    },
    onConnect: (_session, done) => unless('greeting', done),
    onMailFrom: (_address, _session, done) => unless('sender', done),
    onRcptTo({ address }, _session, done) {
      const no = refused.get(address)
      done(no ? refusal(no) : null)
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          mails.push({ ...mail, envelopeTo: session.envelope.rcptTo.map(({ address }) => address) })
          // Taken, and the answer is lost on the way back.
          if (lost > 0) {
            lost--
            done(refusal({ code: 421, words: 'Lost on the way' }))
          } else done(null)
        })
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    mails,
    port,
    refused,
    url: `smtp://mailer:p%40ss@127.0.0.1:${port}`,
    /** Takes nobody's letters, at its greeting or once it hears who sends them; nothing given, it takes them again. */
    turnAway: (at?: 'greeting' | 'sender', code = 554) => {
      away = at && { at, no: { code, words: 'Not from you' } }
      for (const one of (server as unknown as { connections: Set<{ close: () => void }> }).connections) one.close()
    },
    loseAnswers: (count: number) => {
      lost = count
    },
    /** What came to an address, the last first. */
    to: (address: string): Mail[] => mails.filter((mail) => mail.envelopeTo.includes(address)).toReversed(),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

const refusal = ({ code, words }: No): Error => Object.assign(new Error(words), { responseCode: code })

/** The path of the link in a mail, as it stands in its plain words. */
export function linkIn(mail: Mail | undefined): string {
  const url = /^https?:\/\/\S*\/login\/\S+$/m.exec(mail?.text ?? '')?.[0]
  if (url === undefined) throw new Error(`There is no link in the mail "${mail?.subject}".`)
  return new URL(url).pathname
}
