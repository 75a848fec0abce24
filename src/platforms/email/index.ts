/** Outgoing mail over SMTP. It only carries; what comes back to the sender's address is read by whoever owns that. */
import { createTransport, type Transporter } from 'nodemailer'
import { decoded } from '../../kernel/address.ts'
import type { Card } from '../../kernel/card.ts'
import type { Reader } from '../../kernel/plain.ts'
import { gone } from '../platform.ts'
import { renderMail } from './render.ts'

export type Letter = {
  /** The outbox row: the same letter twice has the same Message-ID. */
  id: string
  to: string
  program: string
  card: Card
  reader: Reader
  /** Where such mail is ended with one click (RFC 8058). */
  stop?: string | undefined
}

export type Mailer = {
  /** Throws `gone` when the server refused the address or the letter for good. */
  send: (letter: Letter) => Promise<void>
  close: () => void
}

export type MailSettings = { url: string; from: string }

const PATIENCE_MS = 15_000
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Made without a word to the server; the first letter opens the connection. */
export function openMailer(settings: MailSettings): Mailer {
  const transport = transportOf(settings, true)
  const from = readFrom(settings.from)
  return {
    async send({ id, to, program, card, reader, stop }) {
      const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
      try {
        await transport.sendMail({
          from: { name: from.name ?? program, address: from.address },
          to: { name: '', address: to },
          messageId: `<${id}@${domain}>`,
          // Nobody is to answer with "I am away".
          headers: { 'Auto-Submitted': 'auto-generated', ...(stop === undefined ? {} : ending(stop)) },
          disableFileAccess: true,
          disableUrlAccess: true,
          ...renderMail(card, program, reader),
        })
      } catch (error) {
        throw failure(error)
      }
    },
    close: () => transport.close(),
  }
}

const ending = (stop: string) => ({ 'List-Unsubscribe': `<${stop}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' })

/** Connects and signs in, and sends nothing; gives what was in the way. */
export async function checkMail(settings: MailSettings): Promise<{ code: string; words: string } | undefined> {
  const transport = transportOf(settings, false)
  try {
    await transport.verify()
    return undefined
  } catch (error) {
    const { code = '', message } = error as Error & { code?: string }
    return { code, words: message }
  } finally {
    transport.close()
  }
}

/** A password is only said over an encrypted connection, unless the server is on this machine. */
function transportOf({ url }: MailSettings, pool: boolean): Transporter {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  const signsIn = username !== ''
  return createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: signsIn && !secure && !loopback.test(hostname),
    ...(signsIn ? { auth: { user: decoded(username), pass: decoded(password) } } : {}),
    pool,
    maxConnections: 2,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  } as Parameters<typeof createTransport>[0])
}

function readFrom(written: string): { name: string | undefined; address: string } {
  const [, name, address] = /^([^<]*)<([^>]+)>$/.exec(written) ?? []
  return { name: name?.trim().replace(/^"|"$/g, '') || undefined, address: address ?? written.trim() }
}

type Trouble = Error & { code?: string; responseCode?: number; command?: string }

/** The library's words for a refused address and for a refused letter. */
const ofLetter = ['EENVELOPE', 'EMESSAGE']

/**
 * 5xx after the server has taken us and our sender means this letter; anything before is so for all of them, and the server's bad day.
 * Its words may hold the address, so few are kept.
 */
function failure(error: unknown): Error {
  const { code = '', responseCode, command } = error as Trouble
  const said = responseCode === undefined ? code || 'no answer' : `${code} ${responseCode}`.trim()
  if (responseCode !== undefined && responseCode >= 500 && ofLetter.includes(code) && command !== 'MAIL FROM')
    return gone(
      `the mail server refused it (${said})`,
      'Check that the address is right and takes mail, then send it again; npm run doctor looks at the server.',
    )
  return new Error(`the mail server could not be used (${said})`)
}
