/** No table escapes: each that may say something of a person is named by a room that forgets, or stands here with its reason. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../tidy/sources.ts'

/** Of the brand and its team, of shoppers under another rule, or without a word that anybody typed. */
const spared: Record<string, string> = {
  Program: 'the brand',
  TermsVersion: 'text of the brand',
  Space: 'a server of the brand',
  Connection: 'a shop of the brand',
  FxRate: 'rates',
  Schedule: 'what rings when',
  Statement: 'figures; its files are dropped with Paper, invoices are kept by law',
  StatementNumber: 'a count',
  Balance: 'figures that a trigger keeps; shown by ledger/personal.ts',
  Hold: 'dates of open money, gone before anybody is forgotten',
  Close: 'sums by account number',
  RateRule: 'rates of the brand',
  Bulk: 'words of managers to many; ids of creators',
  Acceptance: 'which version was agreed to, by an id that names nobody any more',
  ShopCode: 'how a code stands in a shop, by its id',
  Offer: 'offers of the brand',
  Click: 'shoppers: trimmed after 90 days by privacy/retention.ts',
  JournalOffset: 'a position',
  PayeeChange: 'kinds of change without a value',
  Batch: 'a payday',
  CaseLine: 'ids and outcomes',
  Sample: 'a seed',
  Throwaway: 'a keyed hash of a shopper, of short-lived mail',
  Refund: 'figures',
  Chargeback: 'figures',
  OrderName: 'ids of a shop',
  Import: 'a file of orders for managers alone; privacy/retention.ts takes it away after 30 days',
  ImportPart: 'rows of such a file until its report is made',
  OpenFact: 'facts of orders that have not come yet, hashed',
  Mission: 'briefs of the brand',
  RightsTerms: 'text of the brand',
  Placement: 'where the brand shows content',
  Asset: 'material of the brand',
  AssetVersion: 'material of the brand',
  Reply: 'words of the team',
  Moment: 'prompts of the brand',
  MomentSeat: 'a count by an id that names nobody any more',
  Share: 'customers: shares/erase.ts and /privacy customer',
  Gallery: 'sets of the brand',
  GalleryItem: 'ids',
  PlacementDay: 'counts',
  PlacementSeen: 'keyed hashes, for a day',
  Season: 'a period',
  Standing: 'a place by an id that names nobody any more',
  Tallied: 'a count',
  TallyBand: 'a count',
  Daily: 'counts by ids that name nobody any more',
  DayDone: 'a day',
  DayUndone: 'a day',
  WinsDue: 'an id, for a minute',
  Badge: 'a kind by an id that names nobody any more',
  PointEntry: 'a count by an id that names nobody any more',
  Reward: 'what the brand gives',
  RewardRule: 'rules of the brand',
  RuleReward: 'an amount by an id that names nobody any more',
  Evaluation: 'a month',
  Erasure: 'the proof that somebody was forgotten, by an id',
  Posted: 'where a message stands, by ids',
  Tick: 'a clock',
  Press: 'ids and choices of buttons, never prose',
  Pace: 'a clock',
  Guess: 'a keyed hash, for an hour',
  KeyPrint: 'a hash of our key',
}

test('every model is forgotten by a room or spared for a reason', () => {
  const schema = readFileSync(join(root, 'prisma/schema.prisma'), 'utf8')
  const models = [...schema.matchAll(/^model (\w+) \{([^}]*)\}/gm)].map(([, name]) => name!)
  const files = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => (name === 'privacy' ? [`${name}/hall.ts`] : [`${name}/personal.ts`, `${name}/drop.ts`]))
  const texts = files.flatMap((file) => {
    try {
      const text = readFileSync(join(root, 'src', file), 'utf8')
      return [text.slice(Math.max(0, text.indexOf('export async function forget')))]
    } catch {
      return []
    }
  })
  expect(texts.length).toBeGreaterThan(15)
  const changes = texts.join('\n')
  const forgotten = (model: string): boolean => {
    const field = model[0]!.toLowerCase() + model.slice(1)
    return new RegExp(`\\.${field}\\s*\\.(?:update|updateMany|delete|deleteMany)\\b|(?:UPDATE|DELETE FROM) "${model}"`).test(
      changes,
    )
  }
  expect(models.length).toBeGreaterThan(100)
  const neither = models.filter((model) => !forgotten(model) && !(model in spared))
  expect(neither).toEqual([])
  // A reason that has become untrue is no reason.
  expect(Object.keys(spared).filter((model) => !models.includes(model) || forgotten(model))).toEqual([])
})

test('every room that forgets is walked', async () => {
  const { rooms } = await import('../../src/privacy/walk.ts')
  const there = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(root, 'src', entry.name)).includes('personal.ts'))
    .map(({ name }) => name)
    .filter((name) => name !== 'kernel')
  expect(Object.keys(rooms).sort()).toEqual(there.sort())
})
