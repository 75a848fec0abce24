/** Creators on the local Discord and on the local Slack whose digest is due, and processes that say it until they are killed. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addDays, hours, instantOf, localDay, minutes } from '../../../src/kernel/time.ts'
import { recognise } from '../../../src/people/service.ts'
import { manifest } from '../../../src/platforms/slack/manifest.ts'
import { discordStage } from '../discord/stage.ts'
import { localSlack } from '../slack/local.ts'
import { compiled } from './compiled.ts'

/** Where the sender can die: in each unit of work before it is committed and after, and around what is asked of a platform. */
export const points = [
  'before plan',
  'after plan',
  'before say',
  'after say',
  'before claim',
  'after claim',
  'before open',
  'after open',
  'before place',
  'after place',
  'before send',
  'after send',
  'before settle',
  'after settle',
]

export type Senders = Awaited<ReturnType<typeof senders>>

export async function senders(names: string[]) {
  const stage = await discordStage()
  const { w, discord } = stage
  const slack = await localSlack({
    mode: 'socket',
    manifest: manifest([...w.app.commands.values()], { name: 'Troupe', shortNames: false, prefix: '' }),
  })
  await w.within(async (ctx) => {
    const space = { id: ctx.id('space'), programId: w.programId, platform: 'slack', workspace: slack.teamId }
    await ctx.db.space.create({ data: { ...space, createdAt: ctx.now } })
    await ctx.db.schedule.deleteMany({ where: { programId: w.programId, name: { not: 'digest' } } })
  })
  await stage.door.stop()
  // A Monday, some weeks after they came.
  const today = localDay(w.now, 'UTC')
  const monday = addDays(today, 22 - (new Date(`${today}T12:00:00Z`).getUTCDay() || 7))
  const nine = instantOf(monday, '09:00', 'UTC')
  const accounts: { platform: string; user: string }[] = []
  for (const name of names) {
    accounts.push({ platform: 'discord', user: await discord.member(name, { quiet: true }) })
    accounts.push({ platform: 'slack', user: await slack.member(name) })
  }
  for (const [n, { platform, user }] of accounts.entries())
    await w.within(async (ctx) => {
      const workspace = platform === 'discord' ? discord.guildId : slack.teamId
      const { membership } = await recognise(ctx, { platform, workspace, user, userName: `N${n}`, programId: w.programId })
      await ctx.db.membership.update({
        where: { id: membership.id },
        data: { zone: 'UTC', quietFrom: '23:00', quietTo: '06:00', muted: ['nudge', 'recap'] },
      })
      const stated = { state: 'approved', handle: `@n${n}`, niche: 'x', country: 'DE', email: `n${n}@example.com`, name: `N${n}` }
      const dates = { appliedAt: ctx.now, decidedAt: ctx.now, createdAt: ctx.now }
      await ctx.db.creator.create({
        data: { id: ctx.id('creator'), programId: w.programId, personId: membership.personId, ...stated, ...dates },
      })
    })
  const folder = mkdtempSync(join(tmpdir(), 'troupe-sender-'))
  const file = compiled('sender')
  const { PATH, HOME } = process.env
  const env = {
    ...{ PATH, HOME, NODE_ENV: 'test', DATA_DIR: folder, SECRET_KEY: randomBytes(32).toString('base64'), LOG_LEVEL: 'error' },
    ...{ DATABASE_URL: w.url, PUBLIC_URL: 'https://go.glow.example' },
    ...{ DISCORD_API_BASE: discord.apiBase, DISCORD_TOKEN: discord.token },
    ...{ SLACK_API_BASE: slack.apiUrl, SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken },
  }
  let ran = 0
  return {
    w,
    discord,
    slack,
    people: accounts.length,
    /** One process; it begins three minutes after the one before, when what that one had taken is free again. Says how it ended. */
    async run(point = '', hit = 1, killAfterMs = 0): Promise<string> {
      const now = minutes(ran === 0 ? hours(nine, -20) : nine, 3 * Math.max(0, ran - 1))
      ran++
      const child = spawn(process.execPath, [file, now.toISOString(), point, String(hit)], {
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      const timer = killAfterMs > 0 ? setTimeout(() => child.kill('SIGKILL'), killAfterMs) : undefined
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
      clearTimeout(timer)
      return signal ?? String(code)
    },
    /** How many digests each person has before their eyes. */
    async said(): Promise<number[]> {
      const counts: number[] = []
      for (const thread of await discord.threads())
        counts.push((await discord.messages(thread.id)).filter(({ text }) => text.includes('Your week')).length)
      for (const { platform, user } of accounts)
        if (platform === 'slack')
          counts.push((await slack.dm(user)).messages.filter(({ words }) => words.includes('Your week')).length)
      return counts
    },
    async close() {
      await stage.close()
      await slack.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
