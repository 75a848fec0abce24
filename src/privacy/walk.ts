// Every room that keeps something about people, asked in one order. Papers of the books stop being anybody's before content drops files,
// and who somebody is goes last, for the others still have to find them.
import { personal as campaigns, forget as forgetCampaigns } from '../campaigns/personal.ts'
import { personal as content, forget as forgetContent } from '../content/personal.ts'
import type { Context } from '../context.ts'
import { personal as creators, forget as forgetCreators } from '../creators/personal.ts'
import { forget as forgetGifts, personal as gifts } from '../gifts/personal.ts'
import type { Forgotten, Section, Subject } from '../kernel/personal.ts'
import { forget as forgetLedger, personal as ledger, pages as money } from '../ledger/personal.ts'
import { forget as forgetLinks, personal as links } from '../links/personal.ts'
import { forget as forgetMessages, personal as messages } from '../messages/personal.ts'
import { forget as forgetMoments, personal as moments } from '../moments/personal.ts'
import { forget as forgetOrders, personal as orders, pages as sales } from '../orders/personal.ts'
import { forget as forgetPayouts, personal as payouts } from '../payouts/personal.ts'
import { forget as forgetPeople, personal as people } from '../people/personal.ts'
import { forget as forgetRecognition, personal as recognition } from '../recognition/personal.ts'
import { forget as forgetResults, personal as results } from '../results/personal.ts'
import { forget as forgetRewards, personal as rewards } from '../rewards/personal.ts'
import { forget as forgetRights, personal as rights } from '../rights/personal.ts'
import { forget as forgetTrust, personal as trust } from '../trust/personal.ts'
import { personal as hall } from './hall.ts'

type Room = {
  personal: (ctx: Context, subject: Subject) => Promise<Section[]>
  forget: (ctx: Context, subject: Subject) => Promise<Forgotten>
}

type Row = Record<string, unknown> & { id: string }
export type Page = (ctx: Context, subject: Subject, after: string, take: number) => Promise<Row[]>

/** What there may be very many rows of, by the name of its section: kind after kind, page after page. */
export const pagesOf: Record<string, readonly Page[]> = { Money: money, Sales: sales }

export const rooms: Record<string, Room> = {
  messages: { personal: messages, forget: forgetMessages },
  recognition: { personal: recognition, forget: forgetRecognition },
  rewards: { personal: rewards, forget: forgetRewards },
  moments: { personal: moments, forget: forgetMoments },
  rights: { personal: rights, forget: forgetRights },
  ledger: { personal: ledger, forget: forgetLedger },
  content: { personal: content, forget: forgetContent },
  results: { personal: results, forget: forgetResults },
  gifts: { personal: gifts, forget: forgetGifts },
  campaigns: { personal: campaigns, forget: forgetCampaigns },
  orders: { personal: orders, forget: forgetOrders },
  links: { personal: links, forget: forgetLinks },
  payouts: { personal: payouts, forget: forgetPayouts },
  trust: { personal: trust, forget: forgetTrust },
  creators: { personal: creators, forget: forgetCreators },
  people: { personal: people, forget: forgetPeople },
}

/** A person with all accounts and creators that turned out to be theirs. */
export async function subjectOf(ctx: Context, personId: string): Promise<Subject> {
  const programId = ctx.program.id
  const merged = await ctx.db.membership.findMany({ where: { programId, mergedInto: personId }, select: { personId: true } })
  const personIds = [personId, ...merged.map((row) => row.personId)]
  const own = await ctx.db.creator.findMany({ where: { programId, personId: { in: personIds } }, select: { id: true } })
  const ids = own.map(({ id }) => id)
  const before = await ctx.db.creator.findMany({ where: { programId, mergedInto: { in: ids } }, select: { id: true } })
  return { personIds, creatorIds: [...new Set([...ids, ...before.map(({ id }) => id)])], words: [] }
}

/** All that is kept about somebody, room by room, who they are first. */
export async function everything(ctx: Context, subject: Subject): Promise<Section[]> {
  const found: Section[] = []
  for (const room of Object.values(rooms).toReversed()) found.push(...(await room.personal(ctx, subject)))
  return [...found, ...(await hall(ctx, subject))]
}
