// How figures are taken apart. Each way says for clicks, sales, costs, posts and creators by what it groups them, in fragments of SQL
// over the same few names: c Click, k Link, l Line, o Order, s Submission, p Creator. What a way can't say of something is null, and
// its figures are n/a.
import { networks } from '../campaigns/rules-networks.ts'
import { Prisma } from '../db/generated/client.ts'
import { came, cameByOwn } from './counted.ts'
import type { Way } from './rules-kpi.ts'

export type Fragment = { join: Prisma.Sql; key: Prisma.Sql }

export type Split = {
  /** From c and k. */
  clicks: Fragment | null
  /** From l and o. */
  sales: Fragment
  /** Of l, o and what these join: whether an order came by a click, and by one that is counted under the same key. */
  clicked: Prisma.Sql
  /** From s. */
  pieces: Fragment | null
  /** From p. */
  people: Prisma.Sql | null
  /** Whether the ledger says what was spent for it; else the commissions of its sales and the fees of its pieces do. */
  ledger: boolean
  gifts: Fragment | null
  /** From d, a row of a finished day, of this way of Daily; null = nothing is kept of it. */
  rolled: (Fragment & { way: 'all' | 'creator' | 'offer' | 'piece' }) | null
}

const { sql, empty } = Prisma
/** The networks that are told apart by their hosts. */
export const known = JSON.stringify(networks)
const hostIn = (address: Prisma.Sql): Prisma.Sql =>
  sql`lower(substring(${address} FROM '^https?://(?:www\\.|m\\.|mobile\\.|vm\\.|vt\\.|l\\.|lm\\.)?([^/:?#]+)'))`
const networkOf = (address: Prisma.Sql): Prisma.Sql => sql`(${known}::jsonb ->> ${hostIn(address)})`

/** What is left of an address once nobody may be told apart by it: the network that it is on, or nothing. */
export const networkAlone = (address: Prisma.Sql): Prisma.Sql =>
  sql`CASE WHEN ${networkOf(address)} IS NOT NULL THEN 'https://' || ${hostIn(address)} END`

/** The click that won an order, with its link. */
export const wonLink = sql`
  LEFT JOIN "Touch" t ON t."programId" = l."programId" AND t."orderId" = l."orderId" AND t.won AND t.kind = 'click'
  LEFT JOIN "Click" c ON c.id = t.what LEFT JOIN "Link" k ON k.id = c."linkId"`
/** Of the same: whether it was a click that won; a code may win over one. */
const cameByWon = sql`(${came} AND t.id IS NOT NULL)`
/** The piece that a link was made for. */
const ofLink = sql`LEFT JOIN "Submission" s ON s.id = k."submissionId"`
const wonClick = sql`${wonLink} ${ofLink}`
const ofPiece = sql`JOIN "Creator" p ON p.id = s."creatorId"`
const piece = sql`coalesce(s."liveUrl", s.url)`
const network = sql`coalesce(${networkOf(piece)}, ${networkOf(sql`c.referer`)}, 'not known')`

/** The key of the way piece in Daily, from c and k: mission and network are read from it once it is asked for, as they are then. */
export const pieceKey = sql`(coalesce(k."submissionId", '') || ' ' || coalesce(${networkOf(sql`c.referer`)}, ''))`
const keptPiece = sql`LEFT JOIN "Submission" s ON s.id = split_part(d.key, ' ', 1)`
const keptNetwork = sql`coalesce(${networkOf(piece)}, nullif(split_part(d.key, ' ', 2), ''), 'not known')`

export const splits: Record<Way | 'all', Split> = {
  all: {
    clicks: { join: empty, key: sql`'all'` },
    sales: { join: empty, key: sql`'all'` },
    clicked: came,
    pieces: { join: empty, key: sql`'all'` },
    people: sql`'all'`,
    ledger: true,
    gifts: { join: empty, key: sql`'all'` },
    rolled: { way: 'all', join: empty, key: sql`d.key` },
  },
  creator: {
    clicks: { join: empty, key: sql`k."creatorId"` },
    sales: { join: empty, key: sql`l."creatorId"` },
    clicked: cameByOwn,
    pieces: { join: empty, key: sql`s."creatorId"` },
    people: sql`p.id`,
    ledger: true,
    gifts: { join: empty, key: sql`g."creatorId"` },
    rolled: { way: 'creator', join: empty, key: sql`d.key` },
  },
  niche: {
    clicks: { join: sql`JOIN "Creator" p ON p.id = k."creatorId"`, key: sql`p.niche` },
    sales: { join: sql`JOIN "Creator" p ON p.id = l."creatorId"`, key: sql`p.niche` },
    clicked: cameByOwn,
    pieces: { join: ofPiece, key: sql`p.niche` },
    people: sql`p.niche`,
    ledger: true,
    gifts: { join: sql`JOIN "Creator" p ON p.id = g."creatorId"`, key: sql`p.niche` },
    rolled: { way: 'creator', join: sql`JOIN "Creator" p ON p.id = d.key`, key: sql`p.niche` },
  },
  mission: {
    clicks: { join: ofLink, key: sql`s."missionId"` },
    sales: { join: wonClick, key: sql`s."missionId"` },
    clicked: cameByWon,
    pieces: { join: empty, key: sql`s."missionId"` },
    people: null,
    ledger: false,
    gifts: { join: empty, key: sql`g."missionId"` },
    rolled: { way: 'piece', join: keptPiece, key: sql`s."missionId"` },
  },
  offer: {
    clicks: null,
    sales: { join: empty, key: sql`o."offerId"` },
    clicked: came,
    pieces: null,
    people: null,
    ledger: false,
    gifts: null,
    rolled: { way: 'offer', join: empty, key: sql`d.key` },
  },
  platform: {
    clicks: { join: ofLink, key: network },
    sales: { join: wonClick, key: network },
    clicked: cameByWon,
    pieces: { join: empty, key: sql`coalesce(${networkOf(piece)}, 'not known')` },
    people: null,
    ledger: false,
    gifts: null,
    rolled: { way: 'piece', join: keptPiece, key: keptNetwork },
  },
  // What counts for a moment is said by moments/queries.ts: what those who joined brought from then until its end.
  moment: {
    clicks: {
      join: sql`JOIN "MomentSeat" ms ON ms."creatorId" = k."creatorId" AND c.at >= ms."joinedAt"
        JOIN "Moment" m ON m.id = ms."momentId" AND c.at < m."endsAt"`,
      key: sql`m.id`,
    },
    sales: {
      join: sql`JOIN "Touch" t ON t."programId" = l."programId" AND t."orderId" = l."orderId" AND t.won AND t.kind IN ('code', 'click')
        JOIN "MomentSeat" ms ON ms."creatorId" = t."creatorId" AND t.at >= ms."joinedAt"
        JOIN "Moment" m ON m.id = ms."momentId" AND t.at < m."endsAt" AND (t."offerId" IS NULL OR t."offerId" = m."offerId"
          OR NOT EXISTS (SELECT FROM "Moment" x WHERE x."programId" = m."programId" AND x."offerId" = t."offerId"))`,
      key: sql`m.id`,
    },
    clicked: cameByOwn,
    pieces: { join: empty, key: sql`s."momentId"` },
    people: null,
    ledger: false,
    gifts: null,
    rolled: null,
  },
}
