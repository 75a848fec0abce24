import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { geographyCheck } from '../../src/doctor/machine.ts'
import { openCountries } from '../../src/http/geography.ts'
import { world } from '../world.ts'

/** A database in MaxMind's format that knows one network: 203.0.113.0/24 is in PT. */
function database(): Buffer {
  const bits = [203, 0, 113].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const count = bits.length
  const record = (value: number) => Buffer.from([value >> 16, (value >> 8) & 255, value & 255])
  const tree = [...bits].map((bit, i) => {
    const on = record(i === count - 1 ? count + 16 : i + 1)
    return Buffer.concat(bit === '1' ? [record(count), on] : [on, record(count)])
  })
  const word = (value: string) => Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)])
  const number = (type: 5 | 6, value: number) => Buffer.from([(type << 5) | 2, value >> 8, value & 255])
  const map = (entries: [string, Buffer][]) =>
    Buffer.concat([Buffer.from([(7 << 5) | entries.length]), ...entries.flatMap(([key, value]) => [word(key), value])])
  const data = map([['country', map([['iso_code', word('PT')]])]])
  const about = map([
    ['node_count', number(6, count)],
    ['record_size', number(5, 24)],
    ['ip_version', number(5, 4)],
    ['database_type', word('Test-Country')],
    ['languages', Buffer.from([0, 4])],
    ['binary_format_major_version', number(5, 2)],
    ['binary_format_minor_version', number(5, 0)],
    ['build_epoch', Buffer.from([2, 2, 0, 1])],
    ['description', map([])],
  ])
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')])
  return Buffer.concat([...tree, Buffer.alloc(16), data, marker, about])
}

test('a click knows its country from a trusted proxy, else from the operator’s file, else not at all; ads leave their mark', async () => {
  const file = join(tmpdir(), `geo-${process.pid}.mmdb`)
  writeFileSync(file, database())
  const countryOf = await openCountries(file)
  expect(['203.0.113.9', '198.51.100.1', 'nonsense'].map(countryOf)).toEqual(['PT', null, null])

  const w = await world({ environment: { GEO_FILE: file, COUNTRY_HEADER: 'CF-IPCountry', TRUST_PROXY: '1' } })
  try {
    const mia = await w.creator('Mia')
    const { slug } = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
    await w.click(slug, { 'x-forwarded-for': '203.0.113.9' })
    await w.click(`${slug}?gclid=Cj0KCQ&utm_source=x`, { 'x-forwarded-for': '203.0.113.9', 'cf-ipcountry': 'FR' })
    await w.click(`${slug}?fbclid=IwY2&utm_source=x`, { 'x-forwarded-for': '198.51.100.1', 'cf-ipcountry': 'XX' })
    const clicks = await w.within((ctx) => ctx.db.click.findMany({ select: { country: true, referer: true, ip: true } }))
    expect(clicks).toHaveLength(3)
    expect(clicks).toEqual(
      expect.arrayContaining([
        { country: 'PT', referer: null, ip: '203.0.113.0' },
        { country: 'FR', referer: '?gclid=', ip: '203.0.113.0' },
        { country: null, referer: null, ip: '198.51.100.0' },
      ]),
    )
  } finally {
    await w.close()
  }
})

test('a file that is not there, or no database of countries, is one sentence at the start and for the doctor', async () => {
  const file = join(tmpdir(), `geo-doctor-${process.pid}.mmdb`)
  writeFileSync(file, 'country,PT')
  await expect(openCountries('/nowhere.mmdb')).rejects.toThrow(
    /^GEO_FILE leads to \/nowhere\.mmdb, which can't be read \(ENOENT\)\. /,
  )
  await expect(openCountries(file)).rejects.toThrow(/^GEO_FILE leads to .*, which is no database in MaxMind's format\. /)
  expect(await geographyCheck(file)).toMatchObject({
    ok: false,
    words: expect.stringContaining('no database'),
    fix: expect.any(String),
  })
  writeFileSync(file, database())
  expect(await geographyCheck(file)).toEqual({ name: 'Countries', ok: true, words: `${file} can be read` })
  rmSync(file)
})
