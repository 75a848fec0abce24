// A roster comes in: persons, creators, their codes as the shop knows them, links of our own, and what they are owed. One transaction
// does all of it or nothing. What is known already by e-mail or handle is completed, never overwritten: what someone agreed to stays.
import type { Context } from '../context.ts'
import { retag } from '../creators/notes.ts'
import { isVouchedFor, makeCreators } from '../creators/roster.ts'
import { type Finding, finding, keysOf, type Roster, type RosterRow, readRoster, remarksOn } from '../creators/rules-import.ts'
import { readSheet } from '../creators/rules-import-file.ts'
import { ownRateAt } from '../creators/rules-rate.ts'
import type { Creator } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { bookOpenings, openingsOf } from '../ledger/opening.ts'
import { ownersOf } from '../ledger/owners.ts'
import { policyOf } from '../programs/rules.ts'
import { openingCard } from './cards-roster.ts'
import { lockNames } from './codes.ts'
import { checkDestination, makeSlug } from './rules.ts'

/** A row with the creator it means, if they are here. */
type Match = { row: RosterRow; known: Creator | null }

/** What the row would bring: codes nobody has yet, and a balance in minor units that is not booked yet (0 = none). */
export type Planned = Match & { freshCodes: string[]; freshMinor: bigint }

export type ImportPlan = {
  planned: Planned[]
  problems: Finding[]
  remarks: Finding[]
  /** Headings that mean nothing to us. */
  ignored: string[]
}

/** What an import of this file would do; nothing is written. */
export async function planImport(ctx: Context, fileId: string): Promise<ImportPlan> {
  const { bytes } = await ctx.read(fileId)
  const sheet = readSheet(bytes)
  const roster = readRoster(sheet.rows, { locale: ctx.actor.locale, currency: ctx.program.currency })
  const matches = await matched(ctx, roster)
  const owners = await codeOwners(
    ctx,
    matches.flatMap(({ row }) => row.codes),
  )
  checkCodes(owners, matches, roster)
  checkDestinations(ctx, matches, roster)
  const booked = await openingsOf(
    ctx,
    matches.flatMap(({ known }) => known?.id ?? []),
  )
  const planned = matches.map(({ row, known }) => ({
    row,
    known,
    freshCodes: row.codes.filter((code) => !owners.has(code)),
    freshMinor: known && booked.has(known.id) ? 0n : row.openingMinor,
  }))
  for (const { row, known } of planned) {
    const before = known && booked.get(known.id)
    if (before && row.openingMinor !== 0n && !before.includes(row.openingMinor))
      roster.remarks.push(
        finding(row, 'Another opening balance was booked before.', 'It stays: an opening balance is booked once.'),
      )
  }
  for (const { row, known, freshMinor } of planned)
    if (freshMinor > 0n && known?.personId === ctx.actor.personId)
      roster.problems.push(
        finding(row, 'The balance would be your own.', 'Ask another manager to import this line, or leave its balance out.'),
      )
  const bad = new Set(roster.problems.map((problem) => problem.line))
  return {
    planned: planned.filter(({ row }) => !bad.has(row.line)),
    problems: roster.problems.sort((a, b) => a.line - b.line),
    remarks: roster.remarks,
    ignored: sheet.ignored,
  }
}

/** Two keys of one row that lead to two creators are a problem, not a guess; so are two rows of one, and whoever may be a stranger. */
async function matched(ctx: Context, roster: Roster): Promise<Match[]> {
  const byKey = await creatorsByKey(ctx, roster.rows.flatMap(keysOf))
  const lines = new Map<string, number>()
  const { tiers } = policyOf(ctx.program)
  return roster.rows.map((row) => {
    const found = [...new Set(keysOf(row).flatMap((key) => byKey.get(key) ?? []))]
    const stranger = found.find((creator) => !isVouchedFor(creator))
    if (stranger) {
      roster.problems.push(strangerIn(row, stranger, byKey.get(row.email)?.includes(stranger) ? 'e-mail' : 'handle'))
      return { row, known: null }
    }
    if (found.length > 1) {
      const names = found.map((creator) => creator.name).join(' and ')
      roster.problems.push(
        finding(row, `E-mail and handles belong to ${names}.`, 'Give the row the e-mail or the handle of one.'),
      )
    }
    const known = found[0] ?? null
    if (known && found.length === 1 && isByHandleAlone(row, known, byKey)) roster.problems.push(anotherEmail(row, known))
    const line = known && lines.get(known.id)
    if (known && line)
      roster.problems.push(finding(row, `${known.name} stands in line ${line} too.`, 'Keep one of the two rows.'))
    if (known) lines.set(known.id, line ?? row.line)
    roster.remarks.push(...remarksOn(row, known && { ...known, rateBps: ownRateAt(known, ctx.now) }, tiers))
    return { row, known }
  })
}

/** Who is known by each of these e-mails and handles; those who were given up in a merge lead to whoever they are now. */
async function creatorsByKey(ctx: Context, keys: string[]): Promise<Map<string, Creator[]>> {
  const programId = ctx.program.id
  const rows = await ctx.db.creator.findMany({
    where: { programId, OR: [{ email: { in: keys } }, { handle: { in: keys } }, { handles: { hasSome: keys } }] },
    orderBy: { id: 'asc' },
  })
  const ids = rows.map((row) => row.mergedInto ?? row.id)
  const owners = new Map((await ctx.db.creator.findMany({ where: { programId, id: { in: ids } } })).map((one) => [one.id, one]))
  const byKey = new Map<string, Creator[]>()
  for (const row of rows) {
    const owner = owners.get(row.mergedInto ?? row.id)
    must(owner, 'whoever was given up is somebody else now')
    for (const key of keysOf(row)) byKey.set(key, [...(byKey.get(key) ?? []), owner])
  }
  return byKey
}

function strangerIn(row: RosterRow, { name, state }: Creator, key: string): Finding {
  const who = state === 'applied' ? 'applied' : state === 'left' ? 'left' : `was ${state}`
  const fix = state === 'applied' ? 'Decide on the application first, or take the line out.' : 'Take the line out.'
  return finding(row, `Someone who ${who} gives this ${key}: ${name}.`, fix)
}

/** Whoever is here may change their handle to that of somebody who is on the list; the e-mail then tells that these are two. */
const isByHandleAlone = ({ email }: RosterRow, known: Creator, byKey: Map<string, Creator[]>): boolean =>
  email !== '' && known.email !== '' && byKey.get(email)?.includes(known) !== true

const anotherEmail = (row: RosterRow, { name }: Creator): Finding =>
  finding(row, `${name} has this handle and another e-mail.`, 'If they are the same person, take the e-mail out of the line.')

function checkCodes(owners: Map<string, string>, matches: Match[], roster: Roster): void {
  for (const { row, known } of matches) {
    const taken = row.codes.find((code) => owners.has(code) && owners.get(code) !== known?.id)
    if (taken !== undefined)
      roster.problems.push(
        finding(row, `The code ${taken} belongs to another creator.`, 'Take it out, or give the row that creator’s e-mail.'),
      )
  }
}

/** Whose each of these codes is: also one that ended and still earns for whoever had it. */
async function codeOwners(ctx: Context, codes: string[]): Promise<Map<string, string>> {
  const rows = await ctx.db.$queryRaw<{ code: string; creatorId: string }[]>`
    SELECT upper(code) AS code, "creatorId" FROM "Code"
    WHERE "programId" = ${ctx.program.id} AND (state <> 'ended' OR "endedAt" > ${ctx.now}) AND upper(code) = ANY(${codes})
    ORDER BY state = 'ended' DESC`
  return new Map(rows.map((row) => [row.code, row.creatorId]))
}

function checkDestinations(ctx: Context, matches: Match[], roster: Roster): void {
  const { allowedHosts } = policyOf(ctx.program)
  for (const { row } of matches) {
    try {
      row.destinations = [
        ...new Set(row.destinations.map((one) => checkDestination(one, allowedHosts, { allowLocal: ctx.program.demo }))),
      ]
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      roster.problems.push(finding(row, error.sentence, error.fix ?? ''))
    }
  }
}

/** What became of a row. */
export type Imported = { row: RosterRow; creator: Creator; outcome: 'new' | 'completed' | 'unchanged'; added: string[] }

/** Does what planImport shows; the same file again changes nothing. Two imports at once go one after the other. */
export async function importRoster(ctx: Context, fileId: string): Promise<ImportPlan & { imported: Imported[] }> {
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`roster ${ctx.program.id}`}, 0))`
  const plan = await settledPlan(ctx, fileId)
  const fresh = plan.planned.filter(({ known }) => known === null)
  const made = await makeCreators(
    ctx,
    fresh.map(({ row }) => row),
  )
  const all = plan.planned.map(({ row, known }) => ({ row, known, creator: known ?? made.get(row.line)! }))
  const added = new Map(all.map(({ creator }) => [creator.id, [] as string[]]))
  const note = (creatorId: string, words: string) => added.get(creatorId)?.push(words)
  await adoptCodes(ctx, all, note)
  await addLinks(ctx, all, note)
  await bookBalances(ctx, all, note)
  await completeTags(ctx, all, note)
  const imported = all.map(({ row, known, creator }): Imported => {
    const news = added.get(creator.id) ?? []
    return { row, creator, added: news, outcome: known === null ? 'new' : news.length > 0 ? 'completed' : 'unchanged' }
  })
  return { ...plan, imported }
}

/** The plan, with all whom it means held as they are: a merge waits until the import is done, one that came first is seen. */
async function settledPlan(ctx: Context, fileId: string): Promise<ImportPlan> {
  const plan = await planImport(ctx, fileId)
  const owners = await ownersOf(
    ctx,
    plan.planned.flatMap(({ known }) => known?.id ?? []),
  )
  return [...owners].some(([id, owner]) => id !== owner) ? planImport(ctx, fileId) : plan
}

type Whole = { row: RosterRow; known: Creator | null; creator: Creator }
type Noting = (creatorId: string, words: string) => void

async function adoptCodes(ctx: Context, all: Whole[], note: Noting): Promise<void> {
  await lockNames(ctx)
  const owned = await codeOwners(
    ctx,
    all.flatMap(({ row }) => row.codes),
  )
  const percentOff = policyOf(ctx.program).codePercent
  const wanted = all.flatMap(({ row, creator }) =>
    row.codes.filter((code) => !owned.has(code)).map((code) => ({ code, creator })),
  )
  const list = JSON.stringify(wanted.map(({ code, creator }) => ({ id: ctx.id('code'), code, creatorId: creator.id })))
  const count = await ctx.db.$executeRaw`
    INSERT INTO "Code" (id, "programId", "creatorId", code, percent, adopted, "createdAt")
    SELECT id, ${ctx.program.id}, "creatorId", code, ${percentOff}, true, ${ctx.now}
    FROM jsonb_to_recordset(${list}::jsonb) AS r(id text, "creatorId" text, code text) ON CONFLICT DO NOTHING`
  if (count !== wanted.length)
    throw new Refusal('conflict', 'A code of the file was given to somebody a moment ago.', 'Look at the preview again.')
  for (const { code, creator } of wanted) note(creator.id, `code ${code}`)
}

/** Whoever comes without a link gets one to the shop. */
async function addLinks(ctx: Context, all: Whole[], note: Noting): Promise<void> {
  const { shopUrl } = policyOf(ctx.program)
  const before = await ctx.db.link.findMany({
    where: { programId: ctx.program.id, creatorId: { in: all.map(({ creator }) => creator.id) }, state: 'active' },
    select: { creatorId: true, destination: true },
  })
  const has = new Map<string, Set<string>>()
  for (const { creatorId, destination } of before) has.set(creatorId, (has.get(creatorId) ?? new Set()).add(destination))
  const wanted = all.flatMap(({ row, creator }) => {
    const destinations = row.destinations.length > 0 ? row.destinations : has.has(creator.id) ? [] : [shopUrl]
    return destinations.filter((one) => !has.get(creator.id)?.has(one)).map((destination) => ({ creator, destination }))
  })
  let open = wanted
  // A taken slug is a wonder at six random characters; whoever met one is given another.
  for (const extra of [6, 8, 8]) {
    const rows = open.map(({ creator, destination }) => {
      const slug = makeSlug(creator.handle || creator.name, () => ctx.random(10), extra)
      return { id: ctx.id('link'), creatorId: creator.id, slug, destination }
    })
    const there = await ctx.db.$queryRaw<{ id: string }[]>`
      INSERT INTO "Link" (id, "programId", "creatorId", slug, destination, "createdAt")
      SELECT id, ${ctx.program.id}, "creatorId", slug, destination, ${ctx.now}
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id text, "creatorId" text, slug text, destination text)
      ON CONFLICT DO NOTHING RETURNING id`
    const made = new Set(there.map((row) => row.id))
    open = open.filter((_, i) => !made.has(rows[i]!.id as string))
    if (open.length === 0) break
  }
  if (open.length > 0) throw new Error(`No free slug was found for ${open.length} links`)
  for (const { creator, destination } of wanted) note(creator.id, `link to ${new URL(destination).host}`)
}

async function bookBalances(ctx: Context, all: Whole[], note: Noting): Promise<void> {
  const owed = all.filter(({ row }) => row.openingMinor !== 0n)
  const booked = await bookOpenings(
    ctx,
    owed.map(({ row, creator }) => ({
      creatorId: creator.id,
      money: { minor: row.openingMinor, currency: ctx.program.currency },
      because: { rule: 'opening balance', line: row.line, by: ctx.actor.personId },
    })),
  )
  for (const { creator } of owed) if (booked.has(creator.id)) note(creator.id, 'opening balance')
  await tellBalances(
    ctx,
    owed.filter(({ creator }) => booked.has(creator.id)),
  )
}

/** Whoever is here already reads that money came or went that they did not earn here. */
async function tellBalances(ctx: Context, booked: Whole[]): Promise<void> {
  const here = booked.filter(({ known }) => known !== null)
  for (const owes of [false, true]) {
    const people = here
      .filter(({ row }) => row.openingMinor < 0n === owes)
      .map(({ creator }) => ({ personId: creator.personId, key: `opening:${creator.id}` }))
    await ctx.showEach(people, openingCard(ctx.program.name, owes))
  }
}

async function completeTags(ctx: Context, all: Whole[], note: Noting): Promise<void> {
  for (const { row, known } of all) {
    if (!known) continue
    const tags = row.tags.filter((tag) => !known.tags.includes(tag))
    if (tags.length > 0 && (await retag(ctx, [known.id], { add: tags })) > 0) note(known.id, `tags ${tags.join(', ')}`)
  }
}
