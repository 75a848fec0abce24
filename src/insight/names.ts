import type { Suggestion } from '../command.ts'
import { networkName } from '../content/rules-posts.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../kernel/refusal.ts'
import { policyOf } from '../programs/rules.ts'
import type { Way } from './rules-kpi.ts'

const byPrefix: Record<string, Way> = { crt: 'creator', mis: 'mission', ofr: 'offer', mom: 'moment' }
const platforms = ['instagram', 'tiktok', 'youtube', 'pinterest', 'twitch', 'facebook', 'x', 'threads', 'not known']

/** What each key of a way is called; one that is gone keeps its id. */
export async function namesOf(ctx: Context, by: Way, keys: string[]): Promise<Map<string, string>> {
  const where = { programId: ctx.program.id, id: { in: keys } }
  const rows =
    by === 'creator'
      ? await ctx.db.creator.findMany({ where, select: { id: true, name: true } })
      : by === 'mission'
        ? (await ctx.db.mission.findMany({ where, select: { id: true, title: true } })).map(({ id, title: name }) => ({
            id,
            name,
          }))
        : by === 'offer'
          ? await ctx.db.offer.findMany({ where, select: { id: true, name: true } })
          : by === 'moment'
            ? (await ctx.db.moment.findMany({ where, select: { id: true, headline: true } })).map(({ id, headline: name }) => ({
                id,
                name,
              }))
            : []
  const known = new Map(rows.map(({ id, name }) => [id, name]))
  return new Map(keys.map((key) => [key, known.get(key) ?? wordFor(by, key)]))
}

/** Of those who were forgotten nobody knows the niche. */
const wordFor = (by: Way, key: string): string => (by === 'platform' ? networkName(key) : key === '' ? 'Not known' : key)

export type Thing = { by: Way; of: string; name: string }

/** The one thing that somebody means: an id from the list, or a niche or platform by its name. Refusal not_found. */
export async function thingOf(ctx: Context, typed: string): Promise<Thing> {
  const meant = typed.trim()
  const by = byPrefix[meant.slice(0, 3)]
  // A button may be from before two creators turned out to be one.
  const where = { programId: ctx.program.id, id: meant }
  const of = (by === 'creator' && (await ctx.db.creator.findFirst({ where }))?.mergedInto) || meant
  if (by && of[3] === '_') {
    const name = (await namesOf(ctx, by, [of])).get(of)!
    if (name !== of) return { by, of, name }
  }
  const niche = policyOf(ctx.program).niches.find((one) => one.toLowerCase() === of.toLowerCase())
  if (niche) return { by: 'niche', of: niche, name: niche }
  const platform = platforms.find((one) => one === of.toLowerCase())
  if (platform) return { by: 'platform', of: platform, name: networkName(platform) }
  throw new Refusal(
    'not_found',
    'This is no creator, mission, offer, niche, platform or moment here.',
    'Pick one from the list.',
    'of',
  )
}

/** Everything figures can be asked for, by its name. One statement, for a menu does not wait long. */
export async function suggestThings(ctx: Context, typed: string): Promise<Suggestion[]> {
  const programId = ctx.program.id
  const found = await ctx.db.$queryRaw<{ what: string; id: string; name: string }[]>`
    SELECT what, id, name FROM (
      SELECT 1 AS place, 'Creator' AS what, id, name, row_number() OVER (ORDER BY name, id) AS nth FROM "Creator"
        WHERE "programId" = ${programId} AND "mergedInto" IS NULL AND position(lower(${typed}) IN lower(name)) > 0
      UNION ALL SELECT 2, 'Mission', id, title, row_number() OVER (ORDER BY id DESC) FROM "Mission"
        WHERE "programId" = ${programId} AND position(lower(${typed}) IN lower(title)) > 0
      UNION ALL SELECT 3, 'Offer', id, name, row_number() OVER (ORDER BY id DESC) FROM "Offer"
        WHERE "programId" = ${programId} AND position(lower(${typed}) IN lower(name)) > 0
      UNION ALL SELECT 4, 'Moment', id, headline, row_number() OVER (ORDER BY id DESC) FROM "Moment"
        WHERE "programId" = ${programId} AND position(lower(${typed}) IN lower(headline)) > 0) known
    WHERE nth <= 8 ORDER BY place, nth`
  const words = [
    ...policyOf(ctx.program).niches.map((value) => ({ label: `Niche: ${value}`, value })),
    ...platforms.map((value) => ({ label: `Platform: ${networkName(value)}`, value })),
  ].filter(({ value }) => value.toLowerCase().includes(typed.toLowerCase()))
  return [...found.map(({ what, id, name }) => ({ label: `${what}: ${name}`, value: id })), ...words].slice(0, 25)
}
