/** The visits of a year, stored the way the journal ships them. */
import { createHash } from 'node:crypto'
import { days, minutes } from '../../src/kernel/time.ts'
import { clickIds, pooled } from '../../src/links/click-id.ts'
import type { Click } from '../../src/links/click-line.ts'
import { clickSink } from '../../src/links/click-sink.ts'
import { ensurePartitions } from '../../src/links/partitions.ts'
import type { Chance } from './chance.ts'
import { creators, type DemoCreator } from './people.ts'
import { lately, type Sale, sellerAt, shoppingHour } from './shop.ts'
import type { Stage } from './stage.ts'

const CLICKS = 6_000
const AT_ONCE = 2_000
const YEAR = 365

const agents = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
]
const weights = [10, 7, 4, 1]
const referers = ['https://www.instagram.com/', 'https://www.tiktok.com/', 'https://www.youtube.com/', '']
const countries = ['DE', 'FR', 'SE', 'GB', 'NL', 'IT', 'DK', 'ES', 'AT', 'PL']

export type Visits = {
  /** The sealed click id of each sale that came by one, by the sale's number. */
  cids: Map<number, string>
  /** The clicks that sales came by, and all others; about six thousand in all. */
  buying: Click[]
  looking: Click[]
}

/** All clicks of the year. `linkOf` gives a creator's link. */
export function visits(
  { app, programId, end }: Stage,
  chance: Chance,
  linkOf: (creator: DemoCreator) => string,
  all: Sale[],
): Visits {
  const next = clickIds(app.clickKey, pooled(app.random))
  const visit = (to: Click[], creator: DemoCreator, at: Date): string => {
    const { id, cid } = next(at.getTime())
    to.push({ ...traces(chance), id, programId, linkId: linkOf(creator), at: at.getTime() })
    return cid
  }
  const cids = new Map<number, string>()
  const buying: Click[] = []
  for (const sale of all) {
    if (sale.by !== 'click' || !sale.creator) continue
    cids.set(sale.number, visit(buying, sale.creator, minutes(sale.at, -chance.whole(3, 1_800))))
  }
  const looking: Click[] = []
  while (buying.length + looking.length < CLICKS) {
    const daysAgo = Math.min(lately(chance), creators[0]!.days - 5)
    visit(looking, sellerAt(chance, daysAgo), shoppingHour(chance, end, daysAgo))
  }
  return { cids, buying, looking }
}

function traces(chance: Chance): Omit<Click, 'id' | 'programId' | 'linkId' | 'at'> {
  const agent = chance.weighed(agents, (one) => weights[agents.indexOf(one)]!)
  const visitor = createHash('sha256')
    .update(`visitor ${chance.whole(0, 4_000)}`)
    .digest('hex')
    .slice(0, 32)
  return {
    ip: `192.0.2.${chance.whole(0, 255)}`,
    userAgent: agent,
    referer: chance.pick(referers),
    visitor,
    country: chance.pick(countries),
    bot: false,
  }
}

/** Months that are over have no place for clicks in a new database, so it is made. */
export async function makeMonths({ app, end }: Stage): Promise<void> {
  for (let ago = YEAR; ago > 0; ago -= 60) await ensurePartitions(app.database.owner, days(end, -ago))
}

/** Stores clicks under a name of their own, a few thousand at a time. */
export async function storeClicks({ app, programId }: Stage, file: string, clicks: Click[]): Promise<void> {
  const sink = clickSink(app.database.pool)
  const journal = { instance: `demo ${programId}`, file }
  const sorted = clicks.toSorted((a, b) => a.at - b.at)
  for (let from = 0; from < sorted.length; from += AT_ONCE) {
    const some = sorted.slice(from, from + AT_ONCE)
    await sink.store({ ...journal, from, to: from + some.length, clicks: some })
  }
  await sink.forget(journal.instance, journal.file)
}
