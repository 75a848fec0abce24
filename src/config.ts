/** The environment, read once, here and nowhere else. `.env.example` lists the same keys in the same order. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { projectRoot } from './root.ts'

const roles = ['web', 'worker'] as const
export type ProcessRole = (typeof roles)[number]

const flag = z.enum(['1', '0', 'true', 'false', 'yes', 'no', '']).transform((v) => ['1', 'true', 'yes'].includes(v))
const url = (protocols: string[]) =>
  z
    .string()
    .refine(
      (v) => protocols.includes(URL.canParse(v) ? new URL(v).protocol : ''),
      `must be an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    )

export const configSchema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  HOST: z.string().min(1).optional(),
  PORT: z.coerce.number().int('must be a whole number').min(0).max(65_535, 'must be at most 65535').default(3000),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATABASE_DIRECT_URL: url(['postgres:', 'postgresql:']).optional(),
  QUEUE_URL: url(['redis:', 'rediss:', 'postgres:', 'postgresql:']).optional(),
  TROUPE_ROLES: z
    .string()
    .default('web,worker')
    .transform((v, ctx) => {
      const list = v.split(',').map((r) => r.trim())
      const unknown = list.find((r) => !roles.includes(r as ProcessRole))
      if (unknown !== undefined) ctx.addIssue({ code: 'custom', message: `"${unknown}" is not a role; use ${roles.join(', ')}` })
      return list as ProcessRole[]
    }),
  SIMULATOR: flag.optional(),
  DATA_DIR: z.string().min(1).default('.troupe'),
  SECRET_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/=_-]{43,88}$/, 'must be 32 random bytes in base64 (openssl rand -base64 32)')
    .optional(),
  JOURNAL_FSYNC: flag.default(false),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

type Read = z.infer<typeof configSchema>

export type Config = Readonly<
  Omit<Read, 'SIMULATOR' | 'DATA_DIR'> & {
    /** Whether the web simulator is served. */
    SIMULATOR: boolean
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
  return Object.freeze({
    ...read,
    SIMULATOR: (read.SIMULATOR ?? embedded) && read.NODE_ENV !== 'production',
    DATA_DIR: resolve(projectRoot, read.DATA_DIR),
    embedded,
  })
}

function plainIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.filter((v) => v !== '').join(', ')}`
  if (issue.code === 'invalid_type') return `must be a ${issue.expected}`
  return issue.message
}

function fromProcess(): NodeJS.ProcessEnv {
  const file = join(projectRoot, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
  return process.env
}
