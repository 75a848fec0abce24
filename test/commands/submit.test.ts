import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMission } from '../../src/campaigns/plans.ts'
import { spend } from '../../src/campaigns/service.ts'
import type { FileRef } from '../../src/command.ts'
import { days, minutes } from '../../src/kernel/time.ts'
import type { Persona } from '../chat.ts'
import { exif, jpeg, mp4, png } from '../pictures.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let mia: Persona
let missionId: string
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  const plan = { title: 'Autumn glow', brief: 'Show the serum in the morning.', feeMinor: 50_00n, budgetMinor: 500_00n }
  missionId = (await w.within((ctx) => addMission(ctx, plan))).id
})
afterAll(() => w.close())

const upload = async (bytes: Buffer, name: string): Promise<FileRef> => {
  const stored = await w.within((ctx) => ctx.store(bytes, name))
  return { platform: 'web', ref: stored.id, name, bytes: stored.bytes, mime: stored.mime }
}
/** What was handed in with this caption; every test writes its own. */
const handed = (caption: string) => w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { caption } }))
/** Posts are edited at most every few seconds. */
const later = () => w.at(minutes(w.now, 1))

test('from the mission post to the managers, with the fee that was promised', async () => {
  const asked = await mia.press('Hand in')
  expect(asked.form).toMatchObject({ run: 'submit', given: { mission: missionId } })
  expect(asked.form!.fields.map((f) => f.name)).toEqual(['caption', 'url', 'file', 'kind', 'submission'])
  const { text } = await mia.fill({ url: 'https://www.instagram.com/p/first/', caption: '#ad My morning <b>glow</b>' })
  expect(text).toContain('Handed in')
  expect(text).toMatch(/State +Waiting for review/)
  expect(text).toMatch(/Fee +€50\.00/)
  expect(text).toContain('usually within 24 hours')
  const seen = await ana.sees('review')
  expect(seen).toContain('Review: Mia')
  expect(seen).toMatch(/Mission +Autumn glow/)
  expect(seen).toMatch(/Disclosure +⚠ Found, with a doubt/)
  expect(seen).toContain('To review: 1')
  expect(seen).toContain('instagram.com/p/first (https://www.instagram.com/p/first/)')
  expect(seen).toContain('#ad My morning <b>glow</b>')
  expect(seen).toContain('Approve')
})

test('without link and file the field and the fix are named, and the form comes back', async () => {
  const { text, card } = await mia.ask('submit', { caption: '#ad nothing' })
  expect(text).toContain('There is no link and no file.')
  expect(text).toContain('Give url (the address of your post) or file.')
  expect(card!.tone).toBe('warn')
  expect((await mia.press('Fix')).form!.fields.find((f) => f.name === 'caption')!.value).toBe('#ad nothing')
})

test.each([
  ['http://instagram.com/p/1', 'begins with https'],
  ['https://mia:pw@instagram.com/p/1', 'name or password'],
  ['https://10.0.0.1/p/1', 'public site'],
])('the link %s is refused', async (url, why) => {
  expect(await mia.run('submit', { url, caption: '#ad x' })).toContain(why)
})

test('a caption without disclosure is taken, with a warning to both', async () => {
  const text = await mia.run('submit', { url: 'https://www.tiktok.com/@mia/video/1', caption: 'Love it\n\n\n#ad' })
  expect(text).toContain('A caption to paste\n#Werbung Love it')
  expect(text).toContain('[Spoken, on screen]')
  expect(await ana.sees('review')).toMatch(/Disclosure +⚠ Not enough/)
})

describe('files', () => {
  test('a picture is shown to the managers, and its creator reads that its traces are gone', async () => {
    const text = await mia.run('submit', { file: await upload(jpeg({ before: [exif(6)] }), 'beach.jpg'), caption: '#ad beach' })
    expect(text).toContain('Place, time and camera details were removed')
    expect(await ana.sees('review')).toContain('[Picture: Picture handed in by Mia: beach.jpg]')
  })

  test('a film is a link', async () => {
    await mia.run('submit', { file: await upload(mp4, 'reel.mp4'), caption: '#ad reel' })
    const { fileId } = await handed('#ad reel')
    expect(await ana.sees('review')).toContain(`reel.mp4 (https://go.glow.example/media/${fileId})`)
  })

  test('the same one twice is a conflict that names the first', async () => {
    const file = await upload(png(3, 2), 'a.png')
    await mia.run('submit', { file, mission: missionId, caption: '#ad a' })
    const { id } = await handed('#ad a')
    const text = await mia.run('submit', { file: await upload(png(3, 2), 'b.png'), caption: '#ad b' })
    expect(text).toContain(`This file was already handed in for “Autumn glow” (${id}), which is waiting for review.`)
  })

  test('a reference that names no stored file is refused', async () => {
    const text = await mia.run('submit', {
      file: { platform: 'web', ref: 'fil_01J00000000000000000000000', name: 'x', bytes: 1, mime: 'image/png' },
      caption: '#ad',
    })
    expect(text).toContain('The file did not arrive.')
  })
})

test('the same link twice is a conflict that names the first', async () => {
  await mia.run('submit', { url: 'https://www.instagram.com/p/twice/', caption: '#ad one' })
  const { id } = await handed('#ad one')
  const text = await mia.run('submit', { url: 'https://instagram.com/p/twice?igsh=x', caption: '#ad two' })
  expect(text).toContain(`This link was already handed in for “instagram.com/p/twice” (${id})`)
})

describe('changes asked for', () => {
  test('the button opens the form for that submission, and revision 2 is a new post for the managers', async () => {
    await mia.run('submit', { url: 'https://www.instagram.com/p/again/', mission: missionId, caption: 'Forgot' })
    const { id } = await handed('Forgot')
    await ana.run('review changes', { submission: id, note: 'Put #ad first, please' })
    await ana.press('Tell now')
    expect(await mia.sees()).toContain('Note: Put #ad first, please')
    const asked = await mia.press('Hand in again')
    expect(asked.form!.given).toEqual({ submission: id, mission: missionId })
    expect(asked.form!.fields.map((f) => f.name)).toEqual(['caption', 'url', 'file', 'kind', 'spoken'])
    const { text } = await mia.fill({ caption: '#ad Not forgotten' })
    expect(text).toContain('Handed in again: revision 2')
    later()
    const seen = await ana.sees('review')
    expect(seen).toContain('Mia: Autumn glow\nHanded in again as revision 2.')
    expect(seen).toContain('Review: Mia, revision 2')
    expect(await mia.sees()).toContain('You have answered this.')
    expect(await handed('#ad Not forgotten')).toMatchObject({
      id,
      state: 'submitted',
      revision: 2,
      url: 'https://www.instagram.com/p/again/',
      note: null,
      decidedBy: null,
    })
    const kept = await w.within((ctx) => ctx.db.revision.findMany({ where: { submissionId: id }, orderBy: { number: 'asc' } }))
    expect(kept.map((r) => [r.number, r.caption, r.note])).toEqual([
      [1, 'Forgot', null],
      [2, '#ad Not forgotten', 'Put #ad first, please'],
    ])
  })

  test('the form begins with the links there are; a new file leaves them, and new links leave the file', async () => {
    const [one, two, three] = ['a', 'b', 'c'].map((name) => `https://blog.example/parts-${name}`) as [string, string, string]
    await mia.run('submit', { url: `${one} ${two}`, caption: '#ad parts' })
    const { id } = await handed('#ad parts')
    let before = [one, two]
    const again = async (given: Record<string, string | FileRef>) => {
      await ana.run('review changes', { submission: id, note: 'Once more' })
      await ana.run('review tell', { submission: id })
      const { fields } = (await mia.ask('submit', { submission: id, '?': 'form' })).form!
      const links = before.filter((part) => part !== 'a file').join(' ')
      expect(fields.find(({ name }) => name === 'url')!.value).toBe(links)
      await mia.run('submit', { submission: id, caption: '#ad parts', ...given })
      const { revision } = await handed('#ad parts')
      const where = { submissionId: id, revision }
      const pieces = await w.within((ctx) => ctx.db.piece.findMany({ where, orderBy: { position: 'asc' } }))
      before = pieces.map(({ url }) => url ?? 'a file')
      return before
    }
    const file = await upload(png(5, 4), 'parts.png')
    expect(await again({ file })).toEqual([one, two, 'a file'])
    expect(await again({ url: three })).toEqual([three, 'a file'])
    expect(await again({})).toEqual([three, 'a file'])
  })

  test('what waits already, another mission, and another creator’s submission are refused', async () => {
    await mia.run('submit', { url: 'https://www.instagram.com/p/waits/', caption: '#ad waits' })
    const { id } = await handed('#ad waits')
    expect(await mia.run('submit', { submission: id, caption: '#ad' })).toContain('This submission is waiting for review.')
    await ana.run('review changes', { submission: id, note: 'Brighter' })
    expect(await mia.run('submit', { submission: id, caption: '#ad' })).toContain('A manager is just looking at this.')
    await ana.press('Tell now')
    expect(await mia.run('submit', { submission: id, mission: missionId, caption: '#ad' })).toContain('stays with its mission')
    const ben = await w.creator('Ben')
    expect(await ben.run('submit', { submission: id, caption: '#ad' })).toContain('Only its creator can do this.')
  })
})

test('options suggest open missions and one’s own unfinished submissions', async () => {
  expect(await mia.suggest('submit', 'mission', 'autumn')).toEqual([{ label: 'Autumn glow', value: missionId }])
  expect(await mia.suggest('submit', 'mission', 'winter')).toEqual([])
  expect(await mia.suggest('submit', 'submission')).toEqual([expect.objectContaining({ label: 'instagram.com/p/waits' })])
})

test('is for creators', async () => {
  const guest = await w.applicant('Guest')
  expect(await guest.run('submit', { url: 'https://a.example/1', caption: '#ad' })).toContain('/submit is for creators.')
})

test('a counted seat is for one piece of work: a second one is refused until the first is turned down', async () => {
  const plan = {
    title: 'One seat',
    brief: 'One film.',
    feeMinor: 50_00n,
    budgetMinor: 500_00n,
    seats: 3,
    closesAt: days(w.now, 20),
  }
  const mission = (await w.within((ctx) => addMission(ctx, plan))).id
  const zoe = await w.creator('Zoe')
  const post = (name: string) => ({ mission, url: `https://www.instagram.com/p/${name}/`, caption: `#ad for the seat ${name}` })
  await zoe.run('submit', post('one'))
  expect(await zoe.run('submit', post('two'))).toMatch(/You handed in for “One seat” already[\s\S]*Add another/)
  const { id } = await handed('#ad for the seat one')
  expect(await ana.run('review reject', { submission: id, reason: 'quality', note: 'Not this' })).toContain('urned down')
  expect(await zoe.run('submit', post('three'))).not.toContain('already')
  expect(await w.within((ctx) => ctx.db.submission.count({ where: { missionId: mission } }))).toBe(2)
  const { id: third } = await handed('#ad for the seat three')
  await ana.run('review approve', { submission: third, anyway: 'yes' })
  await ana.run('review tell', { submission: third })
  expect(await zoe.run('live', { submission: third })).toContain('Live: One seat')
  expect(await zoe.run('submit', post('four'))).toContain('You handed in for “One seat” already')
})

test('whoever has a seat hands in though bonuses used up the budget, and the approval waits until it is raised', async () => {
  const [sam, tom] = [await w.creator('Sam'), await w.creator('Tom')]
  const plan = { title: 'Two seats', brief: 'Show it.', feeMinor: 50_00n, budgetMinor: 100_00n, seats: 2 }
  const { id: mission } = await w.within((ctx) => addMission(ctx, plan))
  await sam.run('mission claim', { mission })
  await w.within((ctx) => spend(ctx, mission, { minor: 60_00n, currency: 'EUR' }, 'bonus'))
  const given = { mission, caption: '#Werbung' }
  expect(await tom.run('submit', { ...given, url: 'https://site.example/tom' })).toContain('“Two seats” has used up its budget.')
  const [mine, others] = [await sam.suggest('submit', 'mission', 'Two'), await tom.suggest('submit', 'mission', 'Two')]
  expect([mine.map(({ value }) => value), others]).toEqual([[mission], []])
  expect(await sam.sees('missions')).toMatch(/whoever has a seat hands in\.\n\[Wait in line\] \[Hand in\]/)
  expect(await sam.run('submit', { ...given, url: 'https://site.example/sam' })).toContain('Handed in')
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: mission } }))
  const ana = await w.manager('Ana of budgets')
  expect(await ana.run('review approve', { submission })).toContain('The budget of “Two seats” is used up')
  await ana.run('campaign raise', { mission, budget: '150' })
  expect(await ana.run('review approve', { submission })).toContain('The fee of €50.00 is now payable.')
})
