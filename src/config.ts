/** The environment, read once, here and nowhere else. `.env.example` lists the same keys in the same order. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { variablesIn } from './env-file.ts'
import { projectRoot } from './root.ts'

const roles = ['web', 'worker', 'bot'] as const
export type ProcessRole = (typeof roles)[number]

const flag = z.enum(['1', '0', 'true', 'false', 'yes', 'no', '']).transform((v) => ['1', 'true', 'yes'].includes(v))
function isAddress(written: string): boolean {
  try {
    return new URL(written).host !== ''
  } catch {
    return false
  }
}

const url = (protocols: string[]) =>
  z
    .string()
    .refine(
      (v) => protocols.some((protocol) => v.toLowerCase().startsWith(`${protocol}//`)),
      `must be an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    )
    .refine(isAddress, "has a host or port that can't be (what is special in a password is written encoded, such as %23 for #)")
    .superRefine(readable)

/** Files that an address of PostgreSQL names: who signed the certificate of the server, and what we prove ourselves with. */
function readable(address: string, ctx: z.RefinementCtx): void {
  const given = new Map(isAddress(address) ? new URL(address).searchParams : [])
  for (const name of ['sslrootcert', 'sslcert', 'sslkey'].filter((one) => given.get(one)))
    try {
      readFileSync(given.get(name)!)
    } catch (error) {
      const why = `names ${given.get(name)} as its ${name}, and this user can't read it (${(error as NodeJS.ErrnoException).code})`
      ctx.addIssue({ code: 'custom', message: why })
    }
}

const portLaw = 'must be a whole number from 0 to 65535'

const port = z
  .string()
  .regex(/^\d{1,9}$/, portLaw)
  .transform(Number)
  .refine((n) => n <= 65_535, portLaw)

const proxyLaw = 'must be how many proxies stand in front, or their addresses such as 10.0.0.5, 10.1.0.0/16'

/** "2" → 2; "10.0.0.5, 10.1.0.0/16" → those. A name is refused: nobody knows what it will mean tomorrow. */
const proxies = z.string().transform((typed, ctx): number | string[] => {
  if (/^\d$/.test(typed)) return Number(typed)
  const list = typed.split(',').map((one) => one.trim())
  if (!list.every(isNetwork)) ctx.addIssue({ code: 'custom', message: proxyLaw })
  return list
})

function isNetwork(written: string): boolean {
  const [address = '', bits, ...more] = written.split('/')
  const longest = { 4: 32, 6: 128 }[isIP(address)] ?? 0
  return (
    longest > 0 &&
    !address.includes('%') &&
    more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest))
  )
}

/** "https://Go.Example.com/" → "https://go.example.com": pages lie at its root, and it is shown to everybody. */
const origin = url(['http:', 'https:']).transform((typed, ctx): string => {
  const { href, origin } = new URL(typed)
  if (href !== `${origin}/`)
    ctx.addIssue({
      code: 'custom',
      message: 'must be an origin such as https://go.example.com, without a path, query or password',
    })
  return origin
})

/** "http://127.0.0.1:4010, https://shop.intern" → those. */
const origins = z.string().transform((typed, ctx): string[] => {
  const list = typed.split(',').map((one) => one.trim())
  if (!list.every((one) => /^https?:\/\//i.test(one) && isAddress(one) && new URL(one).origin === one.toLowerCase()))
    ctx.addIssue({ code: 'custom', message: 'must be origins such as http://127.0.0.1:4010, without a path' })
  return list
})

const keyLaw = 'must be 32 random bytes in base64 (openssl rand -base64 32)'
/** It may hold less than it looks: who has such a key is to be able to replace it. */
const formerKey = z.string().regex(/^[A-Za-z0-9+/=_-]{43,88}$/, keyLaw)
const key = formerKey.refine((v) => Buffer.from(v, 'base64').length >= 32, keyLaw)

/** "newer, oldest" → those. */
const formerKeys = z.string().transform((typed, ctx): string[] => {
  const list = typed.split(',').map((one) => one.trim())
  if (!list.every((one) => formerKey.safeParse(one).success))
    ctx.addIssue({ code: 'custom', message: 'must be former values of SECRET_KEY, the newest first, with commas between' })
  return list
})

/** "x-tenant=glow,authorization=Bearer%20abc" → those, as OpenTelemetry writes them. */
const exportHeaders = z.string().transform((typed, ctx): Record<string, string> => {
  const pairs = typed.split(',').map((one) => /^\s*([\w.-]{1,100})\s*=(.*)$/.exec(one))
  try {
    return Object.fromEntries(pairs.map((pair) => [pair![1]!.toLowerCase(), decodeURIComponent(pair![2]!.trim())]))
  } catch {
    ctx.addIssue({ code: 'custom', message: 'must be name=value pairs with commas between, values encoded as in addresses' })
    return {}
  }
})

const shareLaw = 'must be a number from 0 to 1'
const share = z
  .string()
  .refine((v) => v.trim() !== '' && Number(v) >= 0 && Number(v) <= 1, shareLaw)
  .transform(Number)

const longLaw = 'must have at most 100 characters'

export const configSchema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  HOST: z.string().min(1).optional(),
  PORT: port.default(3000),
  PUBLIC_URL: origin.optional(),
  TRUST_PROXY: proxies.optional(),
  COUNTRY_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,60}$/, 'must be the name of a header such as cf-ipcountry')
    .transform((v) => v.toLowerCase())
    .optional(),
  GEO_FILE: z.string().min(1).optional(),
  HEALTH_PORT: port.optional(),
  METRICS_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http:', 'https:']).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url(['http:', 'https:']).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: exportHeaders.optional(),
  OTEL_SERVICE_NAME: z.string().min(1).max(100, longLaw).default('troupe'),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: share.default(1),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATABASE_DIRECT_URL: url(['postgres:', 'postgresql:']).optional(),
  QUEUE_URL: url(['redis:', 'rediss:', 'postgres:', 'postgresql:']).optional(),
  TROUPE_ROLES: z
    .string()
    .default('web,worker,bot')
    .transform((v, ctx) => {
      const list = v.split(',').map((r) => r.trim())
      const unknown = list.find((r) => !roles.includes(r as ProcessRole))
      if (unknown !== undefined) ctx.addIssue({ code: 'custom', message: `"${unknown}" is not a role; use ${roles.join(', ')}` })
      return list as ProcessRole[]
    }),
  SIMULATOR: flag.optional(),
  DISCORD_TOKEN: z.string().min(20, 'is too short to be a bot token').optional(),
  DISCORD_API_BASE: url(['http:', 'https:']).default('https://discord.com/api'),
  DISCORD_KUDOS_EMOJI: z.string().min(1).max(100, longLaw).default('👏'),
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'must begin with xoxb-').optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'must begin with xapp-').optional(),
  SLACK_SIGNING_SECRET: z.string().min(8, 'is too short to be a signing secret').optional(),
  SLACK_CLIENT_ID: z.string().min(1).optional(),
  SLACK_CLIENT_SECRET: z.string().min(1).optional(),
  SLACK_COMMAND_PREFIX: z
    .string()
    .regex(/^[a-z0-9_-]{0,16}$/, 'must be at most 16 small letters, digits, _ or - (such as "glow-")')
    .default(''),
  SLACK_API_BASE: url(['http:', 'https:']).default('https://slack.com/api/'),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  MAIL_FROM: z
    .string()
    .regex(
      /^(?:[^<>@\r\n]{1,100}<[^\s<>@]{1,64}@[^\s<>@]{1,190}>|[^\s<>@]{1,64}@[^\s<>@]{1,190})$/,
      'must be an address such as troupe@glow.example, or Glow <troupe@glow.example>',
    )
    .optional(),
  SHOPIFY_API_BASE: url(['http:', 'https:']).optional(),
  SHOPIFY_API_VERSION: z
    .string()
    .regex(/^(\d{4}-\d{2}|unstable)$/, 'must be a version such as 2026-01')
    .default('2026-01'),
  STRIPE_API_BASE: url(['http:', 'https:']).default('https://api.stripe.com'),
  STRIPE_API_VERSION: z.string().min(10, 'must be a version such as 2025-09-30.clover').default('2025-09-30.clover'),
  WOOCOMMERCE_API_VERSION: z
    .string()
    .regex(/^[a-z]+\/v\d+$/, 'must be a version such as wc/v3')
    .default('wc/v3'),
  FETCH_ALLOW: origins.optional(),
  DATA_DIR: z.string().min(1).default('.troupe'),
  MEDIA_S3_BUCKET: z.string().min(1).optional(),
  MEDIA_S3_REGION: z.string().min(1).default('us-east-1'),
  MEDIA_S3_ENDPOINT: url(['http:', 'https:']).optional(),
  MEDIA_S3_KEY_ID: z.string().min(1).optional(),
  MEDIA_S3_SECRET: z.string().min(1).optional(),
  SECRET_KEY: key.optional(),
  SECRET_KEY_BEFORE: formerKeys.optional(),
  JOURNAL_FSYNC: flag.default(false),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

type Read = z.infer<typeof configSchema>

export type Config = Readonly<
  Omit<Read, 'SIMULATOR' | 'DATA_DIR'> & {
    /** Whether the web simulator is served. */
    SIMULATOR: boolean
    /** Which chat platforms are configured. */
    chat: readonly ('discord' | 'slack')[]
    /** Absolute. */
    DATA_DIR: string
    /** True when Troupe brings its own PostgreSQL. */
    embedded: boolean
  }
>

/** A variable that can't be used: one sentence that names it and the fix. */
export class ConfigError extends Error {}

/** Reads the environment (and `.env` beside package.json). Throws ConfigError with one sentence for the first bad variable. */
export function readConfig(environment: NodeJS.ProcessEnv = fromProcess()): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = configSchema.safeParse(present)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    const name = String(issue.path[0])
    throw new ConfigError(
      `${name} ${plainIssue(issue)}. Correct ${name} in the environment or in .env; .env.example explains it.`,
    )
  }
  const read = parsed.data
  const embedded = read.DATABASE_URL === undefined
  if (embedded && read.DATABASE_DIRECT_URL !== undefined)
    throw new ConfigError('DATABASE_DIRECT_URL leads past the pooler of DATABASE_URL; set DATABASE_URL as well, or alone.')
  const chat = chatOf(read)
  if ((read.SMTP_URL === undefined) !== (read.MAIL_FROM === undefined))
    throw new ConfigError('SMTP_URL and MAIL_FROM belong together; set both, or neither.')
  if (read.SECRET_KEY_BEFORE !== undefined && read.SECRET_KEY === undefined)
    throw new ConfigError('SECRET_KEY_BEFORE holds what SECRET_KEY was; set SECRET_KEY to the new key as well.')
  if ((read.MEDIA_S3_KEY_ID === undefined) !== (read.MEDIA_S3_SECRET === undefined))
    throw new ConfigError('MEDIA_S3_KEY_ID and MEDIA_S3_SECRET belong together; set both, or neither.')
  return Object.freeze({
    ...read,
    chat,
    SIMULATOR: (read.SIMULATOR ?? (embedded && chat.length === 0)) && read.NODE_ENV !== 'production',
    DATA_DIR: resolve(projectRoot, read.DATA_DIR),
    embedded,
  })
}

/** A platform counts as configured by its tokens; half a set is refused, for it would look like an open door. */
function chatOf(read: Read): ('discord' | 'slack')[] {
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: secret, SLACK_CLIENT_ID: id } = read
  const installs = id !== undefined && read.SLACK_CLIENT_SECRET !== undefined
  if ((id === undefined) !== (read.SLACK_CLIENT_SECRET === undefined))
    throw new ConfigError('SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together; set both, or neither.')
  if ((bot !== undefined || installs) && app === undefined && secret === undefined)
    throw new ConfigError(
      'Slack needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET with PUBLIC_URL (HTTP) beside its bot token; docs/slack.md shows where to find them.',
    )
  if (bot === undefined && !installs && (app !== undefined || secret !== undefined))
    throw new ConfigError(
      'Slack needs SLACK_BOT_TOKEN (one workspace) or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (several); docs/slack.md shows where to find them.',
    )
  if (secret !== undefined && app === undefined && read.PUBLIC_URL === undefined)
    throw new ConfigError('SLACK_SIGNING_SECRET means that Slack calls this server; set PUBLIC_URL to its address as well.')
  return [
    ...(read.DISCORD_TOKEN === undefined ? [] : (['discord'] as const)),
    ...(bot !== undefined || installs ? (['slack'] as const) : []),
  ]
}

function plainIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.filter((v) => v !== '').join(', ')}`
  if (issue.code === 'invalid_type') return `must be a ${issue.expected}`
  return issue.message
}

/** The environment, with what a file of variables adds to it. */
export function fromProcess(file = join(projectRoot, '.env')): NodeJS.ProcessEnv {
  const { variables, why } = variablesIn(file, Object.keys(configSchema.shape))
  if (why !== undefined) throw new ConfigError(`${file} ${why}`)
  for (const [name, value] of variables) process.env[name] ??= value
  return process.env
}
