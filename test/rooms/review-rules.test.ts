import { describe, expect, test } from 'vitest'
import { knownState, next } from '../../src/content/rules.ts'
import { changes } from '../../src/content/rules-diff.ts'
import { checkParts, isFilm, kindFor } from '../../src/content/rules-kinds.ts'
import { readNote } from '../../src/content/rules-notes.ts'
import { accountIn, addressesIn, checkPost, networkOf } from '../../src/content/rules-posts.ts'

const link = { url: 'https://www.tiktok.com/@mia/video/1', fileId: null, mime: null }
const picture = { url: null, fileId: 'fil_1', mime: 'image/png' }
const film = { url: null, fileId: 'fil_2', mime: 'video/mp4' }

describe('kinds', () => {
  test('a photo needs a picture, words are enough for an opinion, everything else needs a link or a file', () => {
    expect(() => checkParts('photo', [link])).toThrow('A photo needs a picture.')
    expect(() => checkParts('photo', [picture])).not.toThrow()
    for (const kind of ['review', 'testimonial']) expect(() => checkParts(kind, [])).not.toThrow()
    for (const kind of ['post', 'short_video', 'demo', 'photo']) expect(() => checkParts(kind, [])).toThrow()
    expect(() => checkParts('post', Array(11).fill(link))).toThrow('up to 10')
  })

  test('a film is one by its kind or by its file', () => {
    expect([isFilm('demo', []), isFilm('post', [film]), isFilm('post', [picture])]).toEqual([true, true, false])
  })

  test('a mission that wants one kind gives it; one that wants several asks; another kind is refused', () => {
    expect(kindFor([], undefined, 'Glow')).toBe('post')
    expect(kindFor(['demo'], undefined, 'Glow')).toBe('demo')
    expect(kindFor(['demo', 'photo'], 'photo', 'Glow')).toBe('photo')
    expect(() => kindFor(['demo', 'photo'], undefined, 'Glow')).toThrow('asks for a kind')
    expect(() => kindFor(['demo'], 'photo', 'Glow')).toThrow('does not ask for a photo')
  })
})

describe('addresses of posts', () => {
  test.each([
    ['https://www.instagram.com/mia.glow', 'a profile'],
    ['https://www.tiktok.com/@mia', 'a profile'],
    ['https://youtu.be/', 'a profile'],
    ['https://x.com', 'a profile'],
  ])('%s is %s', (address) => {
    expect(() => checkPost(address, null)).toThrow('leads to a profile')
  })

  test.each([
    'https://www.instagram.com/p/abc/',
    'https://www.tiktok.com/@mia/video/1',
    'https://vm.tiktok.com/ZM123/',
    'https://youtu.be/abc',
    'https://www.youtube.com/watch?v=abc',
    'https://blog.example/a',
    'https://blog.example/',
  ])('%s is a post', (address) => {
    expect(checkPost(address, null)).toBe(address)
  })

  test('a mission for TikTok takes no address on Instagram, but a blog', () => {
    const mission = { title: 'Glow', platforms: ['tiktok', 'discord'] }
    expect(() => checkPost('https://www.instagram.com/p/abc/', mission)).toThrow(
      '“Glow” is for TikTok, and this address is on Instagram.',
    )
    expect(checkPost('https://m.tiktok.com/@mia/video/1', mission)).toContain('video/1')
    expect(checkPost('https://blog.example/a', mission)).toContain('blog')
  })

  test('whose it says it is', () => {
    expect(accountIn('https://www.tiktok.com/@Mia.Glow/video/1')).toBe('mia.glow')
    expect(accountIn('https://x.com/mia/status/1')).toBe('mia')
    expect(accountIn('https://www.instagram.com/p/abc/')).toBeNull()
    expect(accountIn('https://blog.example/@mia/1')).toBeNull()
    expect(networkOf('https://mobile.twitter.com/a/status/1')).toBe('x')
  })

  test('several in one field', () => {
    expect(addressesIn(' https://a.example/1\nhttps://a.example/2, https://a.example/1 ')).toEqual([
      'https://a.example/1',
      'https://a.example/2',
    ])
  })
})

test('a note: lines with a time are comments, in the order of the film', () => {
  const { timed, rest } = readNote(
    'Lovely.\n1:02:03 the end\n0:12 softer light\n0:05 - louder\nat 0:30 nothing\n12:5 no time\n0:20-0:25 too loud',
  )
  expect(timed).toEqual([
    { at: '0:05', words: 'louder' },
    { at: '0:12', words: 'softer light' },
    { at: '0:20-0:25', words: 'too loud' },
    { at: '1:02:03', words: 'the end' },
  ])
  expect(rest).toBe('Lovely.\nat 0:30 nothing\n12:5 no time')
})

test('what changed, word by word', () => {
  expect(changes('My honest morning', '#ad My morning')).toEqual([
    { kind: 'added', words: '#ad ' },
    { kind: 'same', words: 'My ' },
    { kind: 'removed', words: 'honest ' },
    { kind: 'same', words: 'morning' },
  ])
})

describe('until its creator is told', () => {
  const at = new Date('2026-11-20T12:00:00Z')
  const ana = { role: 'manager' }
  const mia = { role: 'creator', creatorId: 'crt_mia' }
  const decided = (state: string, toldAt: Date | null) => ({ state, creatorId: 'crt_mia', decidedAt: at, toldAt })

  test('a decision can be undone, and to them it waits', () => {
    for (const state of ['approved', 'rejected', 'changes_requested']) {
      expect(next('undo', decided(state, null), ana)).toBe('submitted')
      expect(next('undo', decided(state, at), ana)).toBeNull()
      expect(knownState(decided(state, null))).toBe('submitted')
      expect(knownState(decided(state, at))).toBe(state)
    }
  })

  test('they neither hand in again nor go live', () => {
    expect(next('hand in again', decided('changes_requested', null), mia)).toBeNull()
    expect(next('hand in again', decided('changes_requested', at), mia)).toBe('submitted')
    expect(next('go live', decided('approved', null), mia)).toBeNull()
    expect(next('go live', decided('approved', at), mia)).toBe('live')
    expect(next('go live', decided('live', at), mia)).toBe('live')
  })
})
