import { once } from 'node:events'
import { openSync } from 'node:fs'
import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

const secretKeys = [
  'password',
  'secret',
  'secrets',
  'token',
  'key',
  'client_secret',
  'access_token',
  'authorization',
  'cookie',
  'email',
  'SECRET_KEY',
  'SECRET_KEY_BEFORE',
  'DATABASE_URL',
  'DATABASE_DIRECT_URL',
  'QUEUE_URL',
  'SMTP_URL',
  'OTEL_EXPORTER_OTLP_HEADERS',
]

/** Structured logs, one JSON object a line. Secrets are redacted by key (three levels deep) and passwords in addresses by shape. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
    serializers: { err: (error: unknown) => withoutSecrets(error) },
    hooks: {
      logMethod(this: Logger, args: Parameters<Logger['info']>, method: Logger['info']) {
        return method.apply(
          this,
          args.map((arg) => (typeof arg === 'string' ? hidePasswords(arg) : arg)) as Parameters<Logger['info']>,
        )
      },
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

/**
 * A file for the log, which only its owner may read, open when this resolves: pino writes its rest as the process exits, and throws while
 * the file is not open. Rejects where it can't be.
 */
export async function openLogFile(path: string): Promise<ReturnType<typeof pino.destination>> {
  const file = pino.destination({ fd: openSync(path, 'a', 0o600), sync: false })
  await once(file, 'ready')
  return file
}

function withoutSecrets(error: unknown) {
  if (!(error instanceof Error)) return { message: hidePasswords(String(error)) }
  return { type: error.name, message: hidePasswords(error.message), stack: hidePasswords(error.stack ?? '') }
}

/** What others gave us to prove who we are, by how they begin: Slack, Stripe, Shopify, WooCommerce, Discord, anybody's bearer. */
const tokens =
  /\b(xox[a-z]-|xapp-|whsec_|[sr]k_(?:live|test)_|shp[a-z]{2}_|c[ks]_(?=[0-9a-f]{40})|(?:Bearer|Bot|Basic) (?=\S{12}))[\w.+/=~-]{8,300}/g
const mailAddress = /[\w.+-]{1,64}@(?=[\w-]{1,63}\.)[\w.-]{1,190}/g

/**
 * Replaces what no log may keep, wherever it stands in a sentence: the password in an address such as postgres://user:password@host,
 * tokens by how they begin, and mail addresses, which mail servers repeat in their refusals.
 */
export function hidePasswords(words: string): string {
  return words
    .replace(/(\/\/[^\s:/@]{0,200}:)[^\s@/]{1,200}@/g, '$1[redacted]@')
    .replace(tokens, '$1[redacted]')
    .replace(mailAddress, '[address]')
}
