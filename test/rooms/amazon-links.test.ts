import { expect, test } from 'vitest'
import { checkDestination } from '../../src/links/rules.ts'
import { amazonLink, isAmazonAddress } from '../../src/links/rules-amazon.ts'

test('a link to Amazon is bare and carries the tracking id alone', () => {
  expect(amazonLink('https://www.amazon.com/gp/product/b000test01/?psc=1&tag=x-20#top', 'maya-20')).toBe(
    'https://www.amazon.com/dp/B000TEST01?tag=maya-20',
  )
  expect(amazonLink('https://amazon.co.jp/s?k=mug&tag=x-22', 'maya-22')).toBe('https://amazon.co.jp/s?k=mug&tag=maya-22')
  for (const bad of [
    'https://amzn.to/3x',
    'http://www.amazon.com/dp/B000TEST01',
    'https://amazon.com.evil.example/',
    'https://u@amazon.com/',
    'https://www.amazon.com:8443/',
    'nonsense',
  ])
    expect(() => amazonLink(bad, 'maya-20'), bad).toThrow('not the full address')
})

test('and is never wrapped, though the host were allowed', () => {
  for (const page of [
    'https://www.amazon.com/dp/B000TEST01',
    'https://smile.amazon.co.uk/x',
    'https://amzn.to/3x',
    'https://a.co/d/1',
  ]) {
    expect(isAmazonAddress(page), page).toBe(true)
    expect(() => checkDestination(page, ['amazon.com', 'amazon.co.uk', 'amzn.to', 'a.co']), page).toThrow('Amazon forbids')
  }
  for (const page of ['https://amazonia.example/', 'https://shop.example.com/amazon.com', 'https://amazon.example.com/'])
    expect(isAmazonAddress(page), page).toBe(false)
})
