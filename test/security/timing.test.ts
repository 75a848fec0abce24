/** How long a refusal takes must not tell how much of a guessed signature was right: else it is found byte by byte. */
import { createHmac } from 'node:crypto'
import { verifySlackRequest } from '@slack/bolt'
import { describe, expect, test } from 'vitest'
import generic from '../../src/connectors/generic.ts'
import shopify from '../../src/connectors/shopify.ts'
import stripe from '../../src/connectors/stripe.ts'
import woocommerce from '../../src/connectors/woocommerce.ts'
import { sameBytes } from '../../src/kernel/signature.ts'

const SAMPLES = 100_000
/** Chance alone gives a smaller one in one sampling of a hundred. */
const P = 0.01

/** What is timed, and its guesses: the first byte of the signature is right (and the last wrong), or wrong from the first on. */
type Subject = { check: (guess: string) => boolean; right: string }
type Times = { first: Float64Array; none: Float64Array }

/** A text with bytes of its own: one that was cut or joined lies differently in memory, and would be told apart by that alone. */
const fresh = (text: string): string => Buffer.from(text).toString('latin1')
const other = (letter: string): string => (letter === 'A' ? 'B' : 'A')

/** The time of each of 10^5 refusals, in nanoseconds: which kind comes next is drawn, so that whatever else the machine does meets both. */
function sample({ check, right }: Subject): Times {
  const first = right.slice(0, -1) + other(right.at(-1)!)
  const none = other(right[0]!) + right.slice(1, -1) + other(right.at(-1)!)
  const times = { first: new Float64Array(SAMPLES / 2), none: new Float64Array(SAMPLES / 2) }
  const done = { first: 0, none: 0 }
  let believed = 0
  for (let n = -5_000; n < SAMPLES; n++) {
    const full = done.first === SAMPLES / 2 ? 'none' : done.none === SAMPLES / 2 ? 'first' : undefined
    const kind = full ?? (Math.random() < 0.5 ? 'first' : 'none')
    const guess = fresh(kind === 'first' ? first : none)
    const began = process.hrtime.bigint()
    if (check(guess)) believed++
    const took = Number(process.hrtime.bigint() - began)
    // The first thousands are for the compiler.
    if (n >= 0) times[kind][done[kind]++] = took
  }
  expect(believed).toBe(0)
  return times
}

/** Mann and Whitney: how likely chance alone ranks two sets so far apart. Ranks do not mind the few samples during which the machine slept. */
function likelihood(a: Float64Array, b: Float64Array): number {
  const [left, right] = [a.toSorted(), b.toSorted()]
  const all = left.length + right.length
  let [ranks, tied, i, j] = [0, 0, 0, 0]
  while (i < left.length || j < right.length) {
    const value = Math.min(left[i] ?? Infinity, right[j] ?? Infinity)
    const [fromI, fromJ] = [i, j]
    while (left[i] === value) i++
    while (right[j] === value) j++
    const here = i - fromI + j - fromJ
    ranks += (i - fromI) * (fromI + fromJ + (here + 1) / 2)
    tied += here ** 3 - here
  }
  const u = ranks - (left.length * (left.length + 1)) / 2
  const spread = Math.sqrt(((left.length * right.length) / 12) * (all + 1 - tied / (all * (all - 1))))
  return spread === 0 ? 1 : twoSided((u - (left.length * right.length) / 2) / spread)
}

/** The share of a normal distribution that lies farther out than z, by Abramowitz and Stegun 7.1.26. */
function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return series * Math.exp(-x * x)
}

/** The best of three fresh samplings, for one of a hundred is off by chance; what tells is off in each of them. */
function tells(subject: Subject): boolean {
  for (let n = 0; n < 3; n++) {
    const { first, none } = sample(subject)
    if (likelihood(first, none) > P) return false
  }
  return true
}

const mac = (key: string | Buffer, encoding: 'hex' | 'base64', words: string) =>
  createHmac('sha256', key).update(words).digest(encoding)
const now = new Date('2026-11-20T12:00:00Z')
const at = `${now.getTime() / 1000}`
const body = '{"id":"evt_1","type":"x"}'
const raw = Buffer.from(body)
const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const hex = mac(secret, 'hex', body)

function slack(guess: string): boolean {
  const headers = { 'x-slack-signature': `v0=${guess}`, 'x-slack-request-timestamp': Number(at) }
  try {
    verifySlackRequest({ signingSecret: secret, body, headers, nowMilliseconds: now.getTime() })
    return true
  } catch {
    return false
  }
}

const subjects: Record<string, Subject> = {
  'the comparison itself': { right: hex, check: (guess) => sameBytes(hex, guess) },
  'the generic hook': {
    right: mac(Buffer.alloc(24, 7), 'base64', `msg_1.${at}.${body}`).slice(0, -1),
    check: (guess) =>
      generic.verify(
        { body: raw, headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': at, 'webhook-signature': `v1,${guess}=` } },
        [secret],
        now,
      ),
  },
  Stripe: {
    right: mac(secret, 'hex', `${at}.${body}`),
    check: (guess) => stripe.verify({ body: raw, headers: { 'stripe-signature': `t=${at},v1=${guess}` } }, [secret], now),
  },
  Shopify: {
    right: mac(secret, 'base64', body).slice(0, -1),
    check: (guess) => shopify.verify({ body: raw, headers: { 'x-shopify-hmac-sha256': `${guess}=` } }, [secret], now),
  },
  WooCommerce: {
    right: mac(secret, 'base64', body).slice(0, -1),
    check: (guess) => woocommerce.verify({ body: raw, headers: { 'x-wc-webhook-signature': `${guess}=` } }, [secret], now),
  },
  'Slack, by its own library': { right: mac(secret, 'hex', `v0:${at}:${body}`), check: slack },
}

describe.each(Object.entries(subjects))('%s', (_, subject) => {
  test('takes as long to refuse a guess whose first byte is right as one whose first byte is wrong', () => {
    expect(tells(subject)).toBe(false)
  })
})

/** Byte by byte, up to the first that differs. */
function naive(right: string, guess: string): boolean {
  if (right.length !== guess.length) return false
  for (let n = 0; n < right.length; n++) if (right.charCodeAt(n) !== guess.charCodeAt(n)) return false
  return true
}

test('a comparison that ends at the first wrong byte is told apart by the same samples', () => {
  expect(tells({ right: hex, check: (guess) => naive(hex, guess) })).toBe(true)
  const long = fresh('x'.repeat(8_192))
  expect(tells({ right: long, check: (guess) => long === guess })).toBe(true)
})

test('the statistic is the one of the books', () => {
  expect(twoSided(1.959964)).toBeCloseTo(0.05, 5)
  expect(twoSided(2.575829)).toBeCloseTo(0.01, 5)
  expect(likelihood(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(6, 7, 8, 9, 10))).toBeCloseTo(0.00902, 4)
  expect(likelihood(Float64Array.of(1, 1, 2), Float64Array.of(1, 2, 2))).toBeCloseTo(0.4561, 2)
  expect(likelihood(Float64Array.of(3, 3), Float64Array.of(3, 3))).toBe(1)
})
