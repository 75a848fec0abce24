/** Every kind of row that has an id, and the three letters its ids begin with. */
export const prefixes = {
  program: 'prg',
  person: 'per',
  identity: 'idn',
  membership: 'mem',
  creator: 'crt',
  application: 'app',
  link: 'lnk',
  code: 'cod',
  click: 'clk',
  order: 'ord',
  line: 'oln',
  refund: 'rfd',
  transfer: 'trf',
  hold: 'hld',
  submission: 'sub',
  revision: 'rev',
  mission: 'mis',
  season: 'sea',
  badge: 'bdg',
  schedule: 'sch',
  inbox: 'inb',
  outbox: 'out',
  audit: 'aud',
  press: 'prs',
  draft: 'drf',
  acceptance: 'acc',
  terms: 'trm',
  case: 'cas',
  file: 'fil',
  space: 'spc',
  grant: 'grt',
  session: 'ses',
  login: 'lgn',
  touch: 'tch',
  post: 'pst',
  install: 'ins',
  claim: 'clm',
  kudos: 'kud',
  err: 'err',
  fact: 'fct',
  key: 'key',
  note: 'nte',
  bulk: 'blk',
  rule: 'rul',
  rate: 'rat',
  payee: 'pye',
  batch: 'bat',
  payment: 'pay',
  statement: 'stm',
  close: 'cls',
  import: 'imp',
  bonus: 'bns',
  signal: 'sig',
  sample: 'smp',
  event: 'evt',
  seat: 'sat',
  piece: 'pce',
  verdict: 'vdt',
  recheck: 'rck',
  placement: 'plc',
  offer: 'ofr',
  asset: 'ast',
  moment: 'mom',
  question: 'qst',
  capture: 'cap',
  metric: 'mtr',
  gift: 'gft',
  upload: 'upl',
  reply: 'rpl',
  gallery: 'gal',
  item: 'itm',
  broadcast: 'brd',
  share: 'shr',
  shout: 'sht',
  points: 'pts',
  reward: 'rwd',
  redemption: 'rdm',
  incentive: 'inc',
  erasure: 'ers',
} as const

export type Kind = keyof typeof prefixes

/** `Id<'creator'>` is `crt_…`; giving one kind where another is wanted does not compile. */
export type Id<K extends Kind> = `${(typeof prefixes)[K]}_${string}`

/** Ten fresh random bytes; the caller brings them, so that tests can repeat themselves. */
export type Random = () => Uint8Array

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/**
 * A new id: the prefix, `_` and a 26-letter ULID (48 bits of `now` in ms, 80 random bits), so ids sort by time to the millisecond.
 * `random` must give at least ten bytes, fresh at each call.
 */
export function newId<K extends Kind>(kind: K, now: Date, random: Random): Id<K> {
  const ms = now.getTime()
  if (!(ms >= 0 && ms < 2 ** 48)) throw new RangeError(`No id can carry the time ${ms}`)
  const bytes = random()
  if (bytes.length < 10) throw new RangeError(`An id needs 10 random bytes, not ${bytes.length}`)
  return `${prefixes[kind]}_${base32(BigInt(ms), 10)}${base32(bits(bytes.subarray(0, 10)), 16)}` as Id<K>
}

/** Whether `s` is a well-formed id of this kind (not whether the row exists). */
export function isId<K extends Kind>(kind: K, s: unknown): s is Id<K> {
  return typeof s === 'string' && s.slice(0, 4) === `${prefixes[kind]}_` && ulid.test(s.slice(4))
}

function bits(bytes: Uint8Array): bigint {
  let n = 0n
  for (const byte of bytes) n = (n << 8n) | BigInt(byte)
  return n
}

function base32(value: bigint, length: number): string {
  let rest = value
  let text = ''
  for (let i = 0; i < length; i++) {
    text = crockford[Number(rest & 31n)] + text
    rest >>= 5n
  }
  return text
}
