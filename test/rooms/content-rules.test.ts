import { describe, expect, test } from 'vitest'
import { type Act, addressKey, checkAddress, checkReason, next, reasons } from '../../src/content/rules.ts'

const mia = { role: 'creator', creatorId: 'crt_mia' }
const ben = { role: 'creator', creatorId: 'crt_ben' }
const ana = { role: 'manager' }
const root = { role: 'admin' }
const by = (state: string) => ({ state, creatorId: 'crt_mia' })

describe('who may do what when', () => {
  const states = ['submitted', 'changes_requested', 'approved', 'rejected', 'withdrawn']
  const law: [Act, typeof mia | typeof ana, (string | null)[]][] = [
    ['approve', ana, ['approved', null, null, null, null]],
    ['ask for changes', ana, ['changes_requested', null, null, null, null]],
    ['reject', root, ['rejected', 'rejected', null, null, null]],
    ['hand in again', mia, [null, 'submitted', null, null, null]],
    ['withdraw', mia, ['withdrawn', 'withdrawn', null, null, null]],
  ]
  test.each(law)('%s', (act, who, after) => {
    expect(states.map((state) => next(act, by(state), who))).toEqual(after)
  })

  test('another creator, a creator as judge, and a manager of their own content are refused', () => {
    expect(() => next('hand in again', by('changes_requested'), ben)).toThrow('Only its creator')
    expect(() => next('withdraw', by('submitted'), ana)).toThrow('Only its creator')
    expect(() => next('approve', by('submitted'), ben)).toThrow('Only managers')
    expect(() => next('approve', by('submitted'), { role: 'manager', creatorId: 'crt_mia' })).toThrow('their own')
    expect(() => next('reject', by('submitted'), mia)).toThrow('Only managers')
  })

  test('the reasons are the seven stated ones, and "other" needs a note', () => {
    expect(Object.keys(reasons)).toEqual(['disclosure', 'brief', 'quality', 'duplicate', 'late', 'rights', 'other'])
    expect(() => checkReason('other', '  ')).toThrow('says nothing by itself')
    expect(() => checkReason('other', undefined)).toThrow('says nothing by itself')
    expect(() => checkReason('other', 'The product was recalled.')).not.toThrow()
    expect(() => checkReason('brief', undefined)).not.toThrow()
  })
})

describe('addresses', () => {
  test.each([
    ['http://instagram.com/p/1', 'does not begin with https'],
    ['javascript:alert(1)', 'does not begin with https'],
    ['https://mia:secret@instagram.com/p/1', 'name or password'],
    ['https://localhost/p/1', 'public site'],
    ['https://127.0.0.1/p/1', 'public site'],
    ['https://[::1]/p/1', 'public site'],
    ['not an address', 'not an address'],
  ])('%s is refused', (raw, why) => {
    expect(() => checkAddress(raw)).toThrow(why)
  })

  test('what is kept has no fragment and an ASCII host', () => {
    expect(checkAddress('https://www.instagram.com/p/abc/?utm_source=x#top')).toBe(
      'https://www.instagram.com/p/abc/?utm_source=x',
    )
    expect(checkAddress('https://bücher.example/a')).toBe('https://xn--bcher-kva.example/a')
  })

  test.each([
    ['https://www.instagram.com/p/abc/?igsh=MzRl', 'https://instagram.com/p/abc'],
    ['https://m.youtube.com/watch?v=1&si=x', 'https://youtube.com/watch?v=1'],
    ['https://www.tiktok.com/@mia/video/7?is_from_webapp=1&sender_device=pc', 'https://TikTok.com/@mia/video/7'],
  ])('%s is the same post as %s', (a, b) => {
    expect(addressKey(a)).toBe(addressKey(b))
  })

  test('another video, case in the path and another host are other posts', () => {
    const keys = [
      'https://youtube.com/watch?v=1',
      'https://youtube.com/watch?v=2',
      'https://instagram.com/p/abc',
      'https://instagram.com/p/ABC',
      'https://tiktok.com/p/abc',
    ]
    expect(new Set(keys.map(addressKey)).size).toBe(keys.length)
  })
})
