import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../chat.ts'
import { enlist } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await enlist(w, 'Mia')
})
afterAll(() => w.close())

const questions = () => w.within((ctx) => ctx.db.question.findMany({ orderBy: { createdAt: 'asc' } }))
const later = () => w.at(new Date(w.now.getTime() + 60_000))

test('a question goes to the managers, the answer to its asker alone, and everyone finds it', async () => {
  expect(await mia.run('ask', { words: 'Can the dew serum be used together with retinol?' })).toContain('is with the team')
  expect(await ana.sees('managers')).toMatch(/Mia asks:[\s\S]*together with retinol/)
  await ana.press('Answer')
  expect(
    (await ana.fill({ words: 'Yes: serum by day, retinol at night.', link: 'https://shop.example.com/faq', tag: 'Dew Serum' }))
      .text,
  ).toContain('Answered')
  expect(await mia.sees()).toMatch(/Your question is answered[\s\S]*Ana: Yes: serum by day/)
  const ben = await enlist(w, 'Ben')
  expect(await ben.sees()).not.toContain('serum by day')
  expect(await ben.run('answers', { search: 'retinol serums' })).toMatch(/Can the dew serum[\s\S]*#dew-serum/)
  const [row] = await questions()
  expect(await ana.run('question answer', { question: row!.id, words: 'Again' })).toContain('answered this already')
})

test('something like it is offered first; it is sent anyway, or it helped', async () => {
  later()
  const zoe = await enlist(w, 'Zoe')
  expect(await zoe.run('ask', { words: 'May I use the serum with my retinol?' })).toMatch(
    /Perhaps this is it[\s\S]*retinol at night/,
  )
  expect((await zoe.press('That helps')).text).toContain('Glad that helps')
  later()
  const kim = await enlist(w, 'Kim')
  await kim.ask('ask', { words: 'Is the serum okay when I use retinol?' })
  expect((await kim.press('Send it anyway')).text).toContain('is with the team')
  later()
  expect(await kim.run('ask', { words: 'Where do you ship the candles?' })).toContain('is with the team')
  const [first, second, third, fourth] = await questions()
  expect([second!.state, third!.state, fourth!.state]).toEqual(['same', 'open', 'open'])
  expect([second!.sameAs, third!.sameAs, fourth!.sameAs]).toEqual([first!.id, first!.id, null])
  expect(await ana.run('moment ideas')).toMatch(/3 asked: “Can the dew serum/)
  expect(await ana.run('moment list')).toContain('3 asked')
  expect((await ana.press('Make a moment')).form!.given).toMatchObject({ idea: first!.id })
})

test('asked twice, too often or as somebody else is refused with what to do', async () => {
  const uma = await enlist(w, 'Uma')
  for (const word of ['candle', 'brush', 'towel', 'soap', 'mirror'])
    await uma.run('ask', { words: `How long does the ${word} last?` })
  expect(await uma.run('ask', { words: 'How long does the comb last?' })).toContain('5 of your questions still wait')
  const [first] = await questions()
  expect(await uma.run('question send', { question: first!.id })).toContain('somebody else’s question')
  expect(await uma.run('answers', { tag: 'lipstick' })).toMatch(/No answer has the tag “lipstick”\.[\s\S]*dew-serum/)
  expect(await uma.run('answers', { search: 'zebra' })).toContain('Nothing was answered in these words.')
})
