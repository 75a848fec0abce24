/** A bank that is given lists by hand: it pays each reference once, sends some back at once and some after weeks, and reports late. */
import type { Dice } from './dice.ts'
import type { World } from './platform.ts'

export type Booking = {
  reference: string
  account: string
  minor: bigint
  /** Under way until `due`; what arrived may be returned later. */
  outcome: 'arrives' | 'is refused'
  due: number
  returnedAt: number | undefined
}

export type FakeBank = {
  book: Booking[]
  /** Takes the rows of a list; a reference that it knows is not paid again. */
  take: (text: string) => void
  /** Where a payment stands by now; undefined where the bank was never given it. */
  standing: (reference: string) => 'under way' | 'arrived' | 'refused' | 'returned' | undefined
  /** What the bank says by now of these references, as CSV; on a bad day a line is missing, or there twice. */
  report: (references: string[]) => string
  /** All that is under way comes to its end now, and what is to be sent back still comes within a day. */
  calm: () => void
}

const HOUR = 3_600_000

export function fakeBank(dice: Dice, world: World): FakeBank {
  const book: Booking[] = []
  let rough = true
  const find = (reference: string) => book.find((one) => one.reference === reference)

  const standing: FakeBank['standing'] = (reference) => {
    const one = find(reference)
    if (!one) return undefined
    if (world.now() < one.due) return 'under way'
    if (one.outcome === 'is refused') return 'refused'
    return one.returnedAt !== undefined && world.now() >= one.returnedAt ? 'returned' : 'arrived'
  }

  return {
    book,
    standing,
    take(text) {
      const [head, ...rows] = text
        .replace(/^\uFEFF/, '')
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','))
      const at = (name: string): number => head!.indexOf(name)
      for (const row of rows) {
        const [reference, account] = [row[at('reference')]!, row[at('iban')]!]
        const minor = BigInt(row[at('amount')]!.replace('.', ''))
        const known = find(reference)
        if (known) {
          world.note(`bank knows ${reference} already`)
          continue
        }
        const due = world.now() + HOUR * dice.between(2, 60)
        const outcome = dice.percent(15) ? 'is refused' : 'arrives'
        const returnedAt = outcome === 'arrives' && dice.percent(40) ? due + HOUR * dice.between(1, 700) : undefined
        book.push({ reference, account, minor, outcome, due, returnedAt })
        world.note(`bank takes ${reference} ${minor} ${account}`)
      }
    },
    report(references) {
      const words = { 'under way': 'pending', arrived: 'settled', refused: 'rejected', returned: 'returned' } as const
      const lines = references.flatMap((reference) => {
        const stands = standing(reference)
        if (stands === undefined || (rough && dice.percent(10))) return []
        const line = `${reference},${words[stands]},${stands === 'refused' ? 'No such account' : ''},bank-${reference}`
        return rough && dice.percent(10) ? [line, line] : [line]
      })
      return ['reference,status,reason,transaction id', ...lines].join('\n')
    },
    calm() {
      rough = false
      for (const one of book) {
        one.due = Math.min(one.due, world.now())
        if (one.returnedAt !== undefined) one.returnedAt = Math.min(one.returnedAt, world.now() + 20 * HOUR)
      }
    },
  }
}
