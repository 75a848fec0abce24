/** The newsletter: a broadcast that the program writes by itself when its schedule comes round. It is planned a day ahead, so that a manager may read it first and stop it. */
import { audienceMembers } from '../campaigns/audience.ts'
import { roomy } from '../campaigns/queries.ts'
import { audienceOf, isForAll } from '../campaigns/rules-audience.ts'
import { openMissions } from '../campaigns/service.ts'
import type { Context } from '../context.ts'
import type { Broadcast, Mission, Schedule, Star } from '../db/generated/client.ts'
import { days, hours, type Rhythm } from '../kernel/time.ts'
import { changePolicy } from '../programs/change.ts'
import { type Policy, policyOf } from '../programs/rules.ts'
import { scheduleNamed, setPaused } from '../programs/schedule.ts'
import { creatorsOf } from '../recognition/queries.ts'
import type { Ring } from '../recognition/rings.ts'
import { nameOn } from '../recognition/rules.ts'
import { seasonName } from '../recognition/rules-seasons.ts'
import { seenOf } from './broadcasts.ts'
import type { Seen } from './cards-broadcasts.ts'
import { letterSoonCard } from './cards-newsletter.ts'
import { AHEAD_HOURS, periodOf } from './rules.ts'
import { isPraise, letterWords, praise } from './rules-newsletter.ts'

const STAR_DAYS = 14
/** As long as a newsletter may be on its way to the last of its readers. */
const ON_ITS_WAY_DAYS = 14

export const ring: Ring = {
  about: 'news of the program for its creators, at this clock time where each of them is',
  // It was planned the day before; what was missed while nothing ran is planned now.
  due: (ctx) => writeLetter(ctx, ctx.now),
  async byHand(ctx) {
    const letter = await writeLetter(ctx, ctx.now)
    ctx.ring('messages')
    return letter
      ? 'It is on its way.'
      : 'Nothing new: this turn has its newsletter already, or there is nothing to say. See /newsletter show.'
  },
}

/** Writes the newsletter of the turn that comes next, a day before; called again and again without harm. */
export async function dueLetter(ctx: Context): Promise<void> {
  const { paused, nextAt } = await scheduleOf(ctx)
  if (!paused && nextAt <= hours(ctx.now, AHEAD_HOURS)) await writeLetter(ctx, nextAt)
}

const scheduleOf = (ctx: Context): Promise<Schedule> => scheduleNamed(ctx, 'newsletter')

/** One for each turn, by the key (program, turn); undefined when there was one, or there is nothing to say. */
async function writeLetter(ctx: Context, sendAt: Date): Promise<Broadcast | undefined> {
  const { rhythm, zone } = await scheduleOf(ctx)
  const { every } = rhythm as Rhythm
  const period = `letter:${periodOf[every](sendAt, zone)}`
  const programId = ctx.program.id
  if (await ctx.db.broadcast.findUnique({ where: { programId_period: { programId, period } } })) return undefined
  const draft = await draftOf(ctx, sendAt)
  if (!draft) return undefined
  const id = ctx.id('broadcast')
  const row = { id, programId, period, ...draft, state: 'planned', sendAt, createdBy: ctx.actor.personId, createdAt: ctx.now }
  const { count } = await ctx.db.broadcast.createMany({ data: row, skipDuplicates: true })
  if (count === 0) return undefined
  const letter = await ctx.db.broadcast.findUniqueOrThrow({ where: { id } })
  await ctx.show({ channel: 'managers' }, `letter:${id}`, letterSoonCard(letter, await seenOf(ctx, letter)))
  return letter
}

type Draft = Pick<Broadcast, 'title' | 'words' | 'link'> & { audience: object }

/** What it would say, and what is still so when it goes out; null where there is nothing to say. */
async function draftOf(ctx: Context, sendAt: Date, newsletter = policyOf(ctx.program).newsletter): Promise<Draft | null> {
  const { id: programId, zone, locale, currency } = ctx.program
  const forAll = (mission: Mission) =>
    isForAll(audienceOf(mission)) && mission.daysToJoin === null && (mission.closesAt === null || mission.closesAt > sendAt)
  const open = (await openMissions(ctx, undefined)).filter(forAll)
  const missions = await roomy(ctx, open)
  const { star, name } = await starOf(ctx)
  const running = { programId, frozenAt: null, createdBy: { not: null }, from: { lte: sendAt }, to: { gt: sendAt } }
  const seasons = await ctx.db.season.findMany({ where: running, orderBy: { to: 'asc' }, take: 3 })
  const words = letterWords(
    {
      words: newsletter.words,
      missions: missions.map(({ title, feeMinor, closesAt }) => ({
        title,
        fee: feeMinor > 0n ? { minor: feeMinor, currency } : null,
        closesAt,
      })),
      star: star && name !== null ? { name, reasons: star.reasons as string[] } : null,
      seasons: seasons.map((season) => ({ name: seasonName(season, locale), to: season.to, prizes: season.prizes })),
    },
    zone,
    locale,
  )
  return words === null
    ? null
    : { title: `News of ${ctx.program.name}`.slice(0, 80), words, link: newsletter.link ?? null, audience: {} }
}

/** The last creator of the week. Whoever left, was banned or would rather not be named since then has no name. */
async function starOf(ctx: Context): Promise<{ star: Star | null; name: string | null }> {
  const where = { programId: ctx.program.id, at: { gte: days(ctx.now, -STAR_DAYS) } }
  const star = await ctx.db.star.findFirst({ where, orderBy: { at: 'desc' } })
  const chosen = star && (await creatorsOf(ctx, [star])).get(star.creatorId)
  return { star, name: chosen ? nameOn(chosen) : null }
}

/** What was written a day before, without the praise of whoever has another name by now, or none. */
export async function wordsNow(ctx: Context, { words, period }: Pick<Broadcast, 'words' | 'period'>): Promise<string> {
  const parts = words.split('\n\n')
  if (period === null || !parts.some(isPraise)) return words
  const at = { gte: days(ctx.now, -STAR_DAYS - ON_ITS_WAY_DAYS) }
  // Another may be the creator of the week by now; whoever it says was so.
  const stars = await ctx.db.star.findMany({ where: { programId: ctx.program.id, at } })
  const names = [...(await creatorsOf(ctx, stars)).values()].map(nameOn).filter((name) => name !== null)
  return parts.filter((part) => !isPraise(part) || names.some((name) => part.startsWith(praise(name)))).join('\n\n')
}

export type Preview = { draft: Draft | null; schedule: Schedule; fits: number; planned: (Broadcast & { seen: Seen }) | null }

/** What the next one says, when it comes, and the one that is planned already. */
export async function previewLetter(ctx: Context, newsletter?: Policy['newsletter']): Promise<Preview> {
  const where = { programId: ctx.program.id, state: 'planned', period: { startsWith: 'letter:' } }
  const planned = await ctx.db.broadcast.findFirst({ where, orderBy: { sendAt: 'asc' } })
  const schedule = await scheduleOf(ctx)
  return {
    draft: await draftOf(ctx, schedule.paused ? ctx.now : schedule.nextAt, newsletter),
    schedule,
    fits: (await audienceMembers(ctx, audienceOf({ audience: {} }), ['approved'])).length,
    planned: planned && { ...planned, seen: await seenOf(ctx, planned) },
  }
}

export type LetterPlan = { words?: string | undefined; link?: string | undefined; state?: string | undefined }

/** Changes the words that each begins with, or lets it run or rest; a resting one stops what is planned. */
export async function setLetter(ctx: Context, { words, link, state }: LetterPlan): Promise<Preview> {
  let newsletter = policyOf(ctx.program).newsletter
  if (words !== undefined || link !== undefined) {
    const kept = { ...newsletter, ...(words === undefined ? {} : { words }), ...(link === undefined ? {} : { link }) }
    const { words: said, ...rest } = kept
    const none = said === undefined || said.trim().toLowerCase() === 'none'
    newsletter = (await changePolicy(ctx, { newsletter: none ? rest : kept })).now.newsletter
  }
  if (state !== undefined) await setPaused(ctx, 'newsletter', state === 'paused')
  return previewLetter(ctx, newsletter)
}
