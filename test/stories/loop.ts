/** The life of a creator, told once for every platform: apply, be approved, bring a sale, hand in content, be paid, be ranked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aMission, FIRST, type Player, png, type Stage } from './stage.ts'

/** Plays the loop on a stage. The parts build on one another. */
export function playLoop(platform: string, open: () => Promise<Stage>): void {
  describe(`the loop on ${platform}`, () => {
    let stage: Stage
    let mia: Player
    let ana: Player
    let link = ''
    let code = ''

    beforeAll(async () => {
      stage = await open()
      await aMission(stage.w)
      ana = await stage.person('Ana', 'manager')
      mia = await stage.person('Mia')
    }, 60_000)
    afterAll(() => stage?.close())

    const tick = () => stage.w.tick()

    test('a stranger is told what there is, and what is not for them', async () => {
      expect(await mia.ask('help')).toContain('/apply')
      expect(await mia.ask('review queue')).toMatch(/for managers|not offered/)
    })

    test('applying is one form, then five lines of terms', async () => {
      const form = await mia.ask('apply')
      expect(form.toLowerCase()).toContain('country')
      const wrong = await mia.fill({
        handle: '@mia.glow',
        niche: 'beauty',
        country: 'Nowhere',
        email: 'mia@example.com',
        adult_and_consent: 'yes',
      })
      expect(wrong.toLowerCase()).toContain('country')
      await mia.press('Fix').catch(() => mia.ask('apply'))
      const terms = await mia.fill({
        handle: '@mia.glow',
        niche: 'beauty',
        country: 'DE',
        email: 'mia@example.com',
        adult_and_consent: 'yes',
      })
      expect(terms).toContain('14 days')
      expect(await mia.press('Accept')).toContain('application')
      await tick()
      expect(await mia.sees()).toContain('application')
    })

    test('a manager approves with one press, and the kit comes', async () => {
      expect(await ana.sees('applications')).toContain('Mia')
      expect(await ana.press('Approve', 'applications')).toContain('Mia')
      await tick()
      const kit = await mia.sees()
      expect(kit).toContain('Your kit')
      link = /(?:go\.glow\.example|localhost:\d+)\/([a-z0-9-]+)/.exec(kit)![1]!
      code = /\b[A-Z]+10[A-Z]?\b/.exec(kit)![0]
      expect((await stage.roles('Mia')).join()).toContain('Creator')
    })

    test('a sale is credited, told and explained; half of it comes back', async () => {
      const { w } = stage
      const cid = await w.click(link)
      const order = { id: '1001', at: w.now.toISOString(), cid, code }
      await w.hook('generic', sale(order))
      await tick()
      expect(await mia.ask('earnings')).toContain('10.00')
      expect(await mia.sees('wins')).not.toContain('10.00')
      expect(await mia.ask('why', { order: '1001' })).toContain(code)
      w.at(new Date(w.now.getTime() + 60_000))
      await w.hook('generic', refund(order, '50.00'))
      await tick()
      expect(await mia.ask('earnings')).toContain('5.00')
    })

    test('content is handed in as a file, approved, and its fee is payable', async () => {
      const opened = await mia.ask('submit')
      expect(opened.toLowerCase()).toContain('caption')
      expect(await mia.fill({ caption: '#ad My honest morning with the serum', file: png, mission: FIRST })).toContain(
        'Morning routine',
      )
      await tick()
      expect(await ana.sees('review')).toContain('honest morning')
      expect(await ana.press('Approve', 'review')).toContain('you can take it back')
      await ana.press('Tell now')
      await tick()
      expect(await mia.ask('earnings')).toContain('40.00')
    })

    test('a rejection asks for its reason, and the creator reads it', async () => {
      await mia.ask('submit', { url: 'https://www.instagram.com/p/Cabcdefghij/', caption: 'look at this' })
      await tick()
      const form = await ana.press('Reject', 'review')
      expect(form.toLowerCase()).toMatch(/reason|why/)
      await ana.fill({ reason: 'disclosure', note: 'Please say that it is an ad' })
      await ana.press('Tell now')
      await tick()
      expect(await mia.sees()).toContain('Please say that it is an ad')
    })

    test('numbers, code, link, standings and home are there for the asking', async () => {
      expect(await mia.ask('code')).toContain(code)
      expect(await mia.ask('link')).toContain(link)
      expect(await mia.ask('stats')).toContain('1')
      expect(await mia.ask('leaderboard')).toMatch(/Mia|You/)
      expect(await mia.ask('home')).toBeTruthy()
      expect(await ana.ask('home')).toBeTruthy()
      expect(await mia.ask('profile show')).toContain('@mia.glow')
    })

    test('the platform had nothing to object to', async () => {
      expect(await stage.objections()).toEqual([])
    })
  })
}

type Order = { id: string; at: string; cid: string; code: string }

const sale = ({ id, at, cid, code }: Order) => ({
  type: 'order.created',
  data: { id, number: id, at, currency: 'EUR', total: '100.00', cid, codes: [code] },
})
const refund = ({ id, at }: Order, amount: string) => ({
  type: 'order.refunded',
  data: { id: `r-${id}`, order_id: id, at, currency: 'EUR', base: amount },
})
