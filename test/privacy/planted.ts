/** A creator who left traces in every room, all with words that nobody else has, and the search for them in everything that is kept. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { days } from '../../src/kernel/time.ts'
import { rings } from '../../src/messages/rings.ts'
import type { Persona } from '../chat.ts'
import { png } from '../pictures.ts'
import { earn, enter, german } from '../rooms/payees.ts'
import type { World } from '../world.ts'

export const planted = {
  name: 'Zyxwena Quorvath',
  handle: '@zyxwena.quorv',
  email: 'zyxwena.q@mailbox.example',
  legal: 'Zyxwena Maria Quorvath-Ulm',
  street: 'Gnarlwegstrasse 77b',
  parcel: 'Pflaumenknick 12c',
  iban: 'DE89370400440532013000',
  caption: '#ad my wobblefrost evening ritual',
  url: 'https://www.instagram.com/p/wobblefrost9/',
  why: 'I would film an unboxing with marzipan owls',
  question: 'May the serum be kept beside a marzipan owl?',
  answered: 'Is the night cream fine for tangerine skin?',
  kudos: 'Thank you for the plumcake tripod',
  got: 'Your snorkelbird edit was lovely',
  shout: 'The quizzlefern challenge was all me',
  note: 'Likes calls on snorkeldays only',
  bonus: 'For the crumbledust livestream',
  dispute: 'My cousin Bortlewick ordered this',
  picture: 'zyxwena-evening.png',
}

/** Applies, hands in, asks, thanks, is thanked, noted, paid and planned for: everything through the commands where there is one. */
export async function plant(w: World): Promise<{ zyx: Persona; ana: Persona; sha256: string }> {
  const p = planted
  const ana = await w.manager('Ana')
  const kim = await w.creator('Kim')
  const zyx = await w.applicant(p.name)
  await zyx.ask('apply', { handle: p.handle, niche: 'beauty', country: 'DE', email: p.email, adult_and_consent: 'yes' })
  await zyx.press('Accept')
  const applied = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: zyx.personId } }))
  zyx.creatorId = applied.id
  await ana.run('creator approve', { creator: applied.id })
  const link = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: zyx.creatorId } }))
  const { code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: zyx.creatorId } }))
  const cid = await w.click(link.slug)
  await w.hook('generic', {
    type: 'order.created',
    data: { id: 'o-1', number: '#1', at: w.now.toISOString(), currency: 'EUR', total: '100.00', codes: [code], cid },
  })
  const stored = await w.within((ctx) => ctx.store(png(8, 8, 77), p.picture))
  const file = { platform: 'web', ref: stored.id, name: p.picture, bytes: stored.bytes, mime: stored.mime }
  await zyx.run('submit', { caption: p.caption, url: p.url, file, kind: 'post' })
  await zyx.run('gift ask', { product: 'Serum', why: p.why, name: p.legal, address: `${p.parcel}\n10115 Berlin`, country: 'DE' })
  await zyx.run('ask', { words: p.question })
  await zyx.run('ask', { words: p.answered })
  const question = await w.within((ctx) => ctx.db.question.findFirstOrThrow({ where: { words: p.answered } }))
  await ana.run('question answer', { question: question.id, answer: 'Yes, every night.' })
  await zyx.run('kudos', { creator: kim.creatorId, note: p.kudos })
  await kim.run('kudos', { creator: zyx.creatorId, note: p.got })
  await zyx.run('shoutout ask', { kind: 'shoutout', words: p.shout })
  await ana.run('creator note', { creator: zyx.creatorId, words: p.note })
  await ana.run('bonus give', { creator: zyx.creatorId, amount: '5.00', reason: p.bonus })
  await zyx.run('dispute', { order: '#77', reason: p.dispute })
  await enter(w, zyx, german(p.legal, { line: p.street, iban: p.iban }))
  await zyx.run('upload')
  await zyx.run('link')
  await zyx.run('recap')
  const star = { period: '2026-W46', creatorId: zyx.creatorId, reasons: ['1 order', 'thanked by 1 peer'] }
  await w.within((ctx) => ctx.db.star.create({ data: { ...star, programId: w.programId, at: days(w.now, -11) } }))
  await w.within((ctx) => rings.newsletter!.byHand(ctx))
  await w.app.runJob('messages')
  await w.app.runJob('schedule')
  await w.app.runJob('deliver')
  return { zyx, ana, sha256: stored.sha256 }
}

/** Money that is payable, beside what the order brought. */
export const owe = (w: World, zyx: Persona, minor: number) => earn(w, zyx.creatorId, minor)

/** In which tables and files any of these words stands, capitals or not; what lies sealed is opened. */
export async function found(w: World, words: readonly string[]): Promise<string[]> {
  const { owner } = w.app.database
  const needles = words.map((word) => word.toLowerCase())
  const holds = (text: string) => needles.filter((needle) => text.toLowerCase().includes(needle))
  const { rows: tables } = await owner.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
     AND NOT c.relispartition AND c.relname <> '_prisma_migrations' ORDER BY 1`,
  )
  const hits: string[] = []
  for (const { name } of tables) {
    const { rows } = await owner.query<{ row: Record<string, unknown> }>(`SELECT row_to_json(t) AS row FROM "${name}" t`)
    for (const { row } of rows) for (const text of textsIn(w, row)) for (const hit of holds(text)) hits.push(`${name}: ${hit}`)
  }
  const media = join(w.app.config.DATA_DIR, 'media')
  for (const path of readdirSync(media, { recursive: true }).map((file) => join(media, String(file))))
    if (statSync(path).isFile()) for (const hit of holds(readFileSync(path, 'latin1'))) hits.push(`${path}: ${hit}`)
  return [...new Set(hits)]
}

function textsIn(w: World, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(w, one))
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap((one) => textsIn(w, one))
  if (typeof value !== 'string') return []
  return [value, ...opened(w, value)]
}

/** What a text hides, where it is sealed. */
function opened(w: World, text: string): string[] {
  // What is sealed begins with a byte of one.
  const encoding = text.startsWith('\\x01') ? 'hex' : /^A[Q-Za-f][\w+/]{40}/.test(text) ? 'base64' : null
  if (encoding === null) return []
  try {
    return [w.app.sealer.unseal(Buffer.from(encoding === 'hex' ? text.slice(2) : text, encoding)).toString('utf8')]
  } catch {
    return []
  }
}
