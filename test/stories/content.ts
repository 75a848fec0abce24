/** From brief to reused content, told once for every platform: acceptance scenarios 6 to 9 of the content rooms. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { days, hours, minutes } from '../../src/kernel/time.ts'
import { film } from '../pictures.ts'
import { joined, type Player, type Stage, type Upload } from './stage.ts'

/** A film; what fills its last box makes it another one. */
const clip = (n: number): Upload => {
  const last = Buffer.from([0, 0, 0, 9, ...Buffer.from('free'), n])
  return { name: `clip-${n}.mp4`, mime: 'video/mp4', bytes: film('isom', [], last) }
}

/** Plays the scenarios on a stage. The parts build on one another. */
export function playContent(platform: string, open: () => Promise<Stage>): void {
  describe(`content on ${platform}`, () => {
    let stage: Stage
    let mia: Player
    let team: Player[]
    let ana: Player

    beforeAll(async () => {
      stage = await open()
      team = [await stage.person('Ana', 'manager'), await stage.person('Ben', 'manager'), await stage.person('Cem', 'manager')]
      ana = team[0]!
      mia = await joined(stage, ana, 'Mia')
    }, 60_000)
    afterAll(() => stage?.close())

    const tick = () => stage.w.tick()
    const later = (to: Date) => stage.w.at(to)
    const found = <T>(work: Parameters<typeof stage.w.within<T>>[0]): Promise<T> => stage.w.within(work)
    const missionNamed = (title: string) => found((ctx) => ctx.db.mission.findFirstOrThrow({ where: { title } }))
    const newest = () => found((ctx) => ctx.db.submission.findFirstOrThrow({ orderBy: { id: 'desc' } }))
    const fees = () => found((ctx) => ctx.db.transfer.count({ where: { from: 'program:content-fee' } }))

    /** A mission by five answers in a form, published. Gives its id. */
    async function brief(title: string, seats_and_fee: string, scope: Record<string, string>): Promise<string> {
      await ana.ask('campaign create')
      const words = 'Thirty seconds with the serum, in daylight.'
      await ana.fill({ title, brief: words, deadline: '14 days', seats_and_fee, rights: 'none' })
      const { id: mission } = await missionNamed(title)
      await ana.ask('campaign scope', { mission, ...scope })
      expect(await ana.ask('campaign publish', { mission })).toContain('Mission opened')
      return mission
    }

    test('two films with a wrong caption: the linter says what is missing, and nobody can approve them by mistake', async () => {
      const mission = await brief('Film it', '10 x 50.00', { reviewers: '2', kinds: 'short_video', territories: 'DE' })
      expect((await mia.ask('submit', { mission })).toLowerCase()).toContain('caption')
      const said = await mia.fill({ caption: 'Meine Morgenroutine mit dem Serum', file: clip(1), kind: 'short_video' })
      expect(said).toContain('Handed in')
      expect(said).toMatch(/#?(Werbung|Anzeige)/)
      expect((await mia.press('Add another')).toLowerCase()).toContain('link')
      expect(await mia.fill({ file: clip(2) })).toContain('clip-2.mp4')
      await tick()
      expect(await ana.sees('review')).toContain('Morgenroutine')
      expect(await ana.press('Approve', 'review')).toContain('overrule the verdict with a reason')
      expect(await fees()).toBe(0)
    })

    test('what was handed in stays, long after the platform’s own address of it ran out', async () => {
      await stage.expire?.()
      const { id: submissionId } = await newest()
      const pieces = await found((ctx) => ctx.db.piece.findMany({ where: { submissionId }, orderBy: { position: 'asc' } }))
      expect(pieces).toHaveLength(2)
      for (const { fileId } of pieces) {
        const { bytes } = await found((ctx) => ctx.read(fileId!))
        expect(Buffer.from(bytes).subarray(4, 8).toString()).toBe('ftyp')
      }
    })

    test('changes are asked for, the fixed caption passes, and three who press at once approve once', async () => {
      await ana.press('Ask for changes', 'review')
      expect(await ana.fill({ note: '0:01 Bitte heller, und die Kennzeichnung zuerst' })).toContain('Changes asked for')
      await ana.press('Tell now')
      await tick()
      expect(await mia.ask('content')).toContain('Bitte heller')
      expect((await mia.press('Hand in again')).toLowerCase()).toContain('caption')
      expect(await mia.fill({ caption: '#Werbung Meine Morgenroutine mit dem Serum' })).toContain('revision 2')
      // In a film the words under it are not enough in Germany.
      expect((await mia.press('Spoken, on screen')).toLowerCase()).toContain('picture')
      expect(await mia.fill({ spoken: 'yes', shown: 'yes' })).toContain('revision 2')
      await tick()
      const said = await Promise.all(team.map((one) => one.press('Approve', 'review')))
      expect(said.map(outcome).sort()).toEqual(['approved', 'first yes', 'too late'])
      expect(await fees()).toBe(1)
      expect(await mia.sees()).not.toContain('Great work')
      later(minutes(stage.w.now, 11))
      await tick()
      expect(await mia.sees()).toContain('Great work')
      expect((await mia.sees()).match(/Great work/g)).toHaveLength(1)
      expect(await mia.ask('earnings')).toContain('50.00')
    }, 120_000)

    test('rights for the website alone: signed in private, shown in a gallery, refused to ads', async () => {
      const { id: submission } = await newest()
      expect(await ana.ask('rights request', { submission, channels: 'website', term: '90' })).toContain('asked')
      await tick()
      expect(await mia.sees()).toContain('90 days')
      expect(await mia.press('Sign')).toContain('Licence signed')
      expect(await ana.ask('export ads', { submission })).toContain('Not covered (Paid ads)')
      await ana.ask('gallery create', { name: 'Shelf' })
      const { id: gallery } = await found((ctx) => ctx.db.gallery.findFirstOrThrow())
      await ana.ask('gallery add', { gallery, submission })
      expect(await ana.ask('gallery show', { gallery })).toContain('1 piece')
    })

    test('its creator is reminded on days 60, 76, 87 and 90; then the gallery no longer shows it', async () => {
      const { startsAt } = await found((ctx) => ctx.db.grant.findFirstOrThrow({ where: { state: 'granted' } }))
      const told = () =>
        found((ctx) => ctx.db.outbox.count({ where: { key: { startsWith: 'rights-' }, audience: { startsWith: 'person' } } }))
      const reminders: number[] = []
      for (const day of [59, 60, 61, 75, 76, 86, 87, 89, 90, 91]) {
        const before = await told()
        later(hours(days(startsAt!, day), 1))
        await tick()
        if ((await told()) > before) reminders.push(day)
      }
      expect(reminders).toEqual([60, 76, 87, 90])
      expect(await mia.sees()).toContain('may no longer use it')
      const { id: gallery } = await found((ctx) => ctx.db.gallery.findFirstOrThrow())
      expect(await ana.ask('gallery show', { gallery })).toContain('Not covered (Term)')
    }, 120_000)

    test('a budget of 500 and a fee of 50: the eleventh approval is blocked, with a choice to raise', async () => {
      const mission = await brief('Eleven', 'any x 50', { budget: '500' })
      const before = await fees()
      for (let n = 0; n < 11; n++) {
        const url = `https://www.instagram.com/p/eleven${n}/`
        expect(await mia.ask('submit', { mission, url, caption: '#Werbung Serum' })).toContain('Handed in')
      }
      const waiting = await found((ctx) => ctx.db.submission.findMany({ where: { missionId: mission }, orderBy: { id: 'asc' } }))
      for (const { id: submission } of waiting.slice(0, 10)) await ana.ask('review approve', { submission })
      const [submission] = waiting.slice(10).map(({ id }) => id)
      const blocked = await ana.ask('review approve', { submission: submission! })
      expect(blocked).toContain('500.00 is spent and the fee is')
      expect(await fees()).toBe(before + 10)
      expect((await ana.press('Raise the budget')).toLowerCase()).toContain('budget')
      expect(await ana.fill({ budget: '550' })).toContain('Budget raised.')
      await ana.ask('review approve', { submission: submission! })
      expect(await fees()).toBe(before + 11)
    }, 120_000)

    test('the platform had nothing to object to', async () => {
      expect(await stage.objections()).toEqual([])
    })
  })
}

function outcome(said: string): string {
  if (said.includes('Your yes counts')) return 'first yes'
  if (said.includes('Already decided')) return 'too late'
  return said.includes('you can take it back') ? 'approved' : said
}
