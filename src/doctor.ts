/** `npm run doctor`: looks at everything Troupe stands on and prints a fix for each failure. It changes nothing, and Troupe may run. */
import { wallClock } from './app.ts'
import type { AnyCommand } from './command.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { type Database, openDatabase } from './db/client.ts'
import { runningDatabase } from './db/running.ts'
import { discover, sourceFolder } from './discover.ts'
import { addressCheck } from './doctor/address.ts'
import { type Check, failed, skipped, withoutSecrets } from './doctor/check.ts'
import { databaseChecks, noDatabase, queueCheck, restingCheck, sealedCheck } from './doctor/database.ts'
import { directChecks } from './doctor/direct.ts'
import { discordChecks } from './doctor/discord.ts'
import { type Known, knownOf } from './doctor/known.ts'
import { folderChecks, geographyCheck, keyCheck, nodeCheck } from './doctor/machine.ts'
import { mailCheck } from './doctor/mail.ts'
import { bucketCheck } from './doctor/media.ts'
import { slackChecks } from './doctor/slack.ts'
import { decoded } from './kernel/address.ts'
import { closed } from './line.ts'
import { hasKey, sealerOf } from './seal.ts'
import { complain, say } from './steps.ts'

/** Everything that can be looked at with this configuration, in the order in which it is best mended. */
async function examine(config: Config, clock: () => Date = wallClock): Promise<Check[]> {
  const url = config.DATABASE_URL ?? runningDatabase(config.DATA_DIR)
  const machine = [nodeCheck(process.version), ...folderChecks(config.DATA_DIR), keyCheck(config)]
  const { checks, ready: whole } =
    url === undefined
      ? { checks: [await restingCheck(config.DATA_DIR)], ready: false }
      : await databaseChecks(url, clock, config.DATABASE_DIRECT_URL !== undefined)
  const direct = whole ? await directChecks(config) : []
  const ready = whole && direct.every(({ ok }) => ok === true)
  const database =
    ready && url !== undefined ? await openDatabase(url, { directUrl: config.DATABASE_DIRECT_URL ?? url }) : undefined
  try {
    const ours = await knownBy(database, config)
    const all = [
      ...machine,
      ...checks,
      ...direct,
      ...(ready && url !== undefined ? [await sealedCheck(config.DATABASE_DIRECT_URL ?? url, config)] : []),
      ...(await queueChecks(config, url, ready)),
      ...(await addressChecks(config, database)),
      ...(config.GEO_FILE === undefined ? [] : [await geographyCheck(config.GEO_FILE)]),
      ...(config.MEDIA_S3_BUCKET === undefined ? [] : [await bucketCheck(config)]),
      await mailCheck(config.SMTP_URL, config.MAIL_FROM),
      ...(await doorChecks(config, ours, clock)),
    ]
    const password = url === undefined ? '' : decoded(new URL(url).password)
    return withoutSecrets(all, [
      config.DISCORD_TOKEN,
      config.SLACK_BOT_TOKEN,
      config.SLACK_APP_TOKEN,
      config.SLACK_SIGNING_SECRET,
      config.SLACK_CLIENT_SECRET,
      config.SECRET_KEY,
      config.MEDIA_S3_SECRET,
      password,
      config.SMTP_URL === undefined ? undefined : decoded(new URL(config.SMTP_URL).password),
      ...(ours?.installed ?? []).map(({ token }) => token),
    ])
  } finally {
    await database?.close()
  }
}

/** The key is read only where it is; one that is missing would be made. */
async function knownBy(database: Database | undefined, config: Config): Promise<Known | undefined> {
  if (!database) return undefined
  return knownOf(database, hasKey(config) ? sealerOf(config) : undefined)
}

async function queueChecks(config: Config, url: string | undefined, ready: boolean): Promise<Check[]> {
  const queue = config.QUEUE_URL ?? config.DATABASE_DIRECT_URL ?? url
  if (queue === undefined) return [noDatabase('Queue')]
  // Asking a queue in a database makes its tables, which is left to the first start.
  if (!ready && !queue.startsWith('redis')) return [skipped('Queue', 'it lies in the database, which is not ready')]
  return [await queueCheck(queue)]
}

async function addressChecks(config: Config, database: Database | undefined): Promise<Check[]> {
  const lastTick = async () => (await database?.across((db) => db.tick.findUnique({ where: { name: 'due' } })))?.at
  return [await addressCheck(config.PUBLIC_URL, lastTick)]
}

async function doorChecks(config: Config, ours: Known | undefined, clock: () => Date): Promise<Check[]> {
  if (config.chat.length === 0)
    return [skipped('Chat', 'neither Discord nor Slack is configured; docs/discord.md and docs/slack.md show how')]
  const commands = await discover<AnyCommand>(sourceFolder('../commands'))
  const shared = { commands, clock, spaces: ours?.spaces }
  const { DISCORD_TOKEN: token } = config
  return [
    ...(token === undefined ? [] : await discordChecks({ ...shared, token, apiBase: config.DISCORD_API_BASE })),
    ...(config.chat.includes('slack')
      ? await slackChecks({
          ...shared,
          apiBase: config.SLACK_API_BASE,
          botToken: config.SLACK_BOT_TOKEN,
          appToken: config.SLACK_APP_TOKEN,
          signingSecret: config.SLACK_SIGNING_SECRET,
          prefix: config.SLACK_COMMAND_PREFIX,
          installs: config.SLACK_CLIENT_ID !== undefined,
          installed: ours?.installed ?? [],
        })
      : []),
  ]
}

const markOf = ({ ok, fix }: Check): string => (ok === 'skipped' ? '-' : !ok ? '✗' : fix === undefined ? '✓' : '!')

/** One line for each check: its mark, its name, what was found and what to do. */
function report(checks: Check[]): string[] {
  // A full stop behind an address or a command would be copied with it.
  const sentence = (words: string) => (/[.!?…]$|https?:\S+$|\bRun: .+$/.test(words) ? words : `${words}.`)
  return checks.map((check) => {
    const fix = check.fix === undefined ? '' : ` ${sentence(check.fix)}`
    return `${markOf(check)} ${check.name}: ${fix === '' ? check.words : sentence(check.words)}${fix}`
  })
}

/** One sentence at the end: how many failed, and how many could be better. */
function summary(checks: Check[]): string {
  const failures = checks.filter((check) => check.ok === false).length
  const warnings = checks.filter((check) => check.ok === true && check.fix !== undefined).length
  const better = warnings === 0 ? '' : `, ${warnings} could be better`
  return failures === 0 ? `Nothing failed${better}.` : `${failures} failed${better}.`
}

/** All of it, as it is printed, and the exit code: 1 when anything failed. */
export async function doctor(read: () => Config, clock?: () => Date): Promise<{ lines: string[]; code: number }> {
  let checks: Check[]
  try {
    checks = await examine(read(), clock)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    checks = [nodeCheck(process.version), failed('Configuration', error.message, 'Then run this again.')]
  }
  return { lines: [...report(checks), '', summary(checks)], code: checks.some((check) => check.ok === false) ? 1 : 0 }
}

if (process.argv[1]?.endsWith('doctor.js')) {
  doctor(readConfig).then(
    ({ lines, code }) => {
      for (const line of lines) say(line)
      process.exit(code)
    },
    (error: unknown) => {
      complain(closed(error) ?? String(error))
      process.exit(1)
    },
  )
}
