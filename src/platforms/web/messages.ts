/** The simulator's memory: messages, who has read them, who is there. Every read and write is within one program. */
import type { Role } from '../../context.ts'
import type { Database } from '../../db/client.ts'
import type { WebMessage } from '../../db/generated/client.ts'
import type { Card } from '../../kernel/card.ts'
import type { WebDeps } from './deps.ts'

/** How many messages a place shows at once. */
const SHOWN = 80

export type Persona = {
  user: string
  personId: string
  name: string
  role: Role
  finance: boolean
  /** What they are as a creator, and were before. */
  creator?: { id: string; state: string; stood: unknown }
  zone: string
  locale: string
}

export type ProgramRow = { id: string; name: string; demo: boolean; currency: string; zone: string; locale: string }

export type Message = Pick<WebMessage, 'id' | 'place' | 'author' | 'visibleTo' | 'pinned' | 'createdAt' | 'editedAt'> & {
  card: Card
}

const channelPlace = (programId: string, purpose: string): string => `${programId}:${purpose}`
export const privatePlaceOf = (programId: string, personId: string): string => `${programId}:person:${personId}`
export const programOfPlace = (place: string): string => place.slice(0, place.indexOf(':'))

/** A line of the sidebar. */
export type Place = { place: string; key: string; name: string; private: boolean; unread: number }

type Deps = Pick<WebDeps, 'database' | 'clock' | 'id' | 'channelsFor' | 'seal' | 'unseal'>

const roles: Role[] = ['anyone', 'creator', 'manager', 'admin']
const asRole = (role: string): Role => roles.find((known) => known === role) ?? 'anyone'

export function allPrograms(database: Database): Promise<ProgramRow[]> {
  return database.across((db) =>
    db.program.findMany({
      where: { testOf: null },
      select: { id: true, name: true, demo: true, currency: true, zone: true, locale: true },
      orderBy: [{ demo: 'desc' }, { createdAt: 'asc' }],
    }),
  )
}

/** Everyone with a web account in the program: admins, managers, creators, visitors, each by name. */
export async function personasOf(database: Database, program: ProgramRow): Promise<Persona[]> {
  return database.within(program.id, async (db) => {
    const identities = await db.identity.findMany({
      where: { platform: 'web', workspace: program.id },
      orderBy: { createdAt: 'asc' },
      take: 500,
    })
    const members = await db.membership.findMany({
      where: { programId: program.id, personId: { in: identities.map((i) => i.personId) } },
    })
    const byPerson = new Map(members.map((m) => [m.personId, m]))
    const creators = await db.creator.findMany({
      where: { programId: program.id, personId: { in: identities.map((i) => i.personId) }, mergedInto: null },
      select: { id: true, personId: true, state: true, stood: true },
    })
    const asCreator = new Map(creators.map((c) => [c.personId, c]))
    return identities
      .map((identity): Persona => {
        const member = byPerson.get(identity.personId)
        const creator = asCreator.get(identity.personId)
        return {
          user: identity.externalId,
          personId: identity.personId,
          name: member?.name ?? identity.name,
          role: asRole(member?.role ?? 'anyone'),
          finance: member?.finance ?? false,
          ...(creator && { creator }),
          zone: member?.zone ?? program.zone,
          locale: member?.locale ?? program.locale,
        }
      })
      .sort((a, b) => roles.indexOf(b.role) - roles.indexOf(a.role) || a.name.localeCompare(b.name))
  })
}

/** The places a persona sees, their own first, with how much in each is new to them. */
export async function placesOf(deps: Deps, programId: string, persona: Persona): Promise<Place[]> {
  const own = { place: privatePlaceOf(programId, persona.personId), key: 'you', name: 'your-place', private: true }
  const channels = deps.channelsFor(persona.role).map((channel) => ({
    place: channelPlace(programId, channel.purpose),
    key: channel.purpose,
    name: channel.name,
    private: false,
  }))
  const places = [own, ...channels]
  const counts = await deps.database.within(
    programId,
    (db) => db.$queryRaw<{ place: string; unread: bigint }[]>`
      SELECT m.place, count(*) AS unread FROM "WebMessage" m
      LEFT JOIN "WebRead" r ON r.place = m.place AND r."personId" = ${persona.personId}
      WHERE m."programId" = ${programId} AND m.place = ANY(${places.map((p) => p.place)})
        AND (m."visibleTo" IS NULL OR m."visibleTo" = ${persona.personId})
        AND (m.author IS NULL OR split_part(m.author, ' ', 1) <> ${persona.personId})
        AND (r.at IS NULL OR m."createdAt" > r.at)
      GROUP BY m.place`,
  )
  const unread = new Map(counts.map((row) => [row.place, Number(row.unread)]))
  return places.map((p) => ({ ...p, unread: unread.get(p.place) ?? 0 }))
}

/** The last messages of a place that this persona may see, oldest first, and everything pinned there. */
export async function messagesIn(deps: Deps, place: string, personId: string): Promise<Message[]> {
  const programId = programOfPlace(place)
  const mine = { programId, place, OR: [{ visibleTo: null }, { visibleTo: personId }] }
  const newestFirst = [{ createdAt: 'desc' as const }, { id: 'desc' as const }]
  const rows = await deps.database.within(programId, async (db) => {
    const recent = await db.webMessage.findMany({ where: mine, orderBy: newestFirst, take: SHOWN })
    const oldest = recent.at(-1)
    if (recent.length < SHOWN || !oldest) return recent
    const pins = await db.webMessage.findMany({
      where: { ...mine, pinned: true, id: { notIn: recent.map((row) => row.id) } },
      orderBy: newestFirst,
      take: 10,
    })
    return [...recent, ...pins]
  })
  return rows.reverse().map((row) => ({ ...row, card: readCard(deps, row.card) }))
}

/** Private answers are kept sealed, for one may carry a secret that is shown once; what a whole channel reads is no secret. */
const cardToKeep = (deps: Deps, card: Card, onlyFor: string | null | undefined): Card | { sealed: string } =>
  typeof onlyFor === 'string' ? { sealed: deps.seal(JSON.stringify(card)) } : card

function readCard(deps: Deps, kept: unknown): Card {
  const { sealed } = kept as { sealed?: string }
  return sealed === undefined ? (kept as Card) : (JSON.parse(deps.unseal(sealed)) as Card)
}

/** How far a persona has read a place; the epoch when they never looked. */
export async function readUpTo(database: Database, place: string, personId: string): Promise<Date> {
  const row = await database.within(programOfPlace(place), (db) =>
    db.webRead.findUnique({ where: { place_personId: { place, personId } } }),
  )
  return row?.at ?? new Date(0)
}

/** Notes that a place was read up to this moment; it never goes back. */
export async function markRead(database: Database, place: string, personId: string, at: Date): Promise<void> {
  const programId = programOfPlace(place)
  await database.within(
    programId,
    (db) => db.$executeRaw`
      INSERT INTO "WebRead" ("programId", place, "personId", at) VALUES (${programId}, ${place}, ${personId}, ${at})
      ON CONFLICT (place, "personId") DO UPDATE SET at = EXCLUDED.at WHERE "WebRead".at < EXCLUDED.at`,
  )
}

export type NewMessage = {
  place: string
  nonce: string
  card: Card
  /** "<person id> <run>" of a command that was asked for; null for a post of the program. */
  author: string | null
  visibleTo: string | null
  pinned: boolean
}

/** Adds a message once per nonce and returns its id, whoever added it. */
export async function addMessage(deps: Deps, message: NewMessage): Promise<string> {
  const programId = programOfPlace(message.place)
  return deps.database.within(programId, async (db) => {
    await db.webMessage.createMany({
      data: {
        ...message,
        card: cardToKeep(deps, message.card, message.visibleTo),
        id: deps.id('post'),
        programId,
        createdAt: deps.clock(),
      },
      skipDuplicates: true,
    })
    const row = await db.webMessage.findUniqueOrThrow({ where: { nonce: message.nonce }, select: { id: true } })
    return row.id
  })
}

/** Puts another card into a message. `onlyFor` limits this to private messages of one person. False when there is no such message. */
export async function replaceCard(
  deps: Deps,
  place: string,
  id: string,
  change: { card: Card; pinned?: boolean },
  onlyFor?: string,
): Promise<boolean> {
  const programId = programOfPlace(place)
  const where = { id, programId, place, ...(onlyFor === undefined ? {} : { visibleTo: onlyFor }) }
  const { count } = await deps.database.within(programId, (db) =>
    db.webMessage.updateMany({
      where,
      data: { ...change, card: cardToKeep(deps, change.card, onlyFor), editedAt: deps.clock() },
    }),
  )
  return count > 0
}

/** Takes a private message away; only the person who sees it can. */
export async function dismiss(database: Database, programId: string, id: string, personId: string): Promise<void> {
  await database.within(programId, (db) => db.webMessage.deleteMany({ where: { id, programId, visibleTo: personId } }))
}
