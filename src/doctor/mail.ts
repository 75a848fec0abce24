/** Whether the mail server lets us in; nothing is sent. */
import { checkMail } from '../platforms/email/index.ts'
import { type Check, failed, good, skipped } from './check.ts'

const name = 'Mail'

export async function mailCheck(url: string | undefined, from: string | undefined): Promise<Check> {
  if (url === undefined || from === undefined)
    return skipped(name, 'SMTP_URL is unset, so no mail is sent and people sign in from the chat')
  const { host } = new URL(url)
  const trouble = await checkMail({ url, from })
  if (!trouble) return good(name, `${host} takes mail from ${from}`)
  return failed(name, `${host} does not let us in: ${meanings[trouble.code] ?? trouble.words.slice(0, 200)}`, fixOf(trouble.code))
}

const meanings: Record<string, string> = {
  EAUTH: 'it refuses the user or the password',
  EDNS: 'its name is not known to the DNS',
  ECONNECTION: 'nothing answers there',
  ESOCKET: 'nothing answers there, or it speaks another protocol',
  ETIMEDOUT: 'nothing answered in time',
  ETLS: 'the connection could not be encrypted',
}

const fixOf = (code: string): string => {
  if (code === 'EAUTH') return 'Correct user and password in SMTP_URL; letters such as @ or / are written %40 and %2F there.'
  if (code === 'ETLS')
    return 'A password is only said over an encrypted connection: use a server with TLS, or smtps:// on port 465.'
  return 'Correct host and port in SMTP_URL (587 for smtp://, 465 for smtps://), and let the firewall pass it.'
}
