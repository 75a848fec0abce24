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

/** Stores about six thousand clicks and gives the sealed click id of each sale that came by one, by its number. */
export async function visits(
  stage: Stage,
  chance: Chance,
  linkOf: (creator: DemoCreator) => string,
  all: Sale[],
): Promise<Map<number, string>> {
  const next = clickIds(stage.app.clickKey, pooled(stage.app.random))
  const clicks: Click[] = []
  const visit = (creator: DemoCreator, at: Date): string => {
    const { id, cid } = next(at.getTime())
    clicks.push({ ...traces(chance), id, programId: stage.programId, linkId: linkOf(creator), at: at.getTime() })
    return cid
  }
  const cids = new Map<number, string>()
  for (const sale of all) {
    if (sale.by !== 'click' || !sale.creator) continue
    cids.set(sale.number, visit(sale.creator, minutes(sale.at, -chance.whole(3, 1_800))))
  }
  while (clicks.length < CLICKS) {
    const daysAgo = Math.min(lately(chance), creators[0]!.days - 5)
    visit(sellerAt(chance, daysAgo), shoppingHour(chance, stage.end, daysAgo))
  }
  await store(
    stage,
    clicks.sort((a, b) => a.at - b.at),
  )
  return cids
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

/** Months that are over have no partition in a new database, so each is made first. */
async function store({ app, end, programId }: Stage, clicks: Click[]): Promise<void> {
  for (let ago = YEAR; ago > 0; ago -= 60) await ensurePartitions(app.database.owner, days(end, -ago))
  const sink = clickSink(app.database.pool)
  const journal = { instance: `demo ${programId}`, file: 'year' }
  for (let from = 0; from < clicks.length; from += AT_ONCE) {
    const some = clicks.slice(from, from + AT_ONCE)
    await sink.store({ ...journal, from, to: from + some.length, clicks: some })
  }
  await sink.forget(journal.instance, journal.file)
}
