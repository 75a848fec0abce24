/**
 * What a connector can do outward: the half that asks a shop. Pure like the inbound half. A conversation is a generator that yields
 * requests and is given the replies, so that a whole exchange (look it up, make it, look again) is one readable function without
 * network, clock or database; src/shops.ts performs it.
 */
import type { Delivery } from './connector.ts'
import type { CodeTerms } from './kernel/discount.ts'
import type { Json } from './kernel/json.ts'
import { gone } from './platforms/platform.ts'

export type ShopRequest = {
  method: 'GET' | 'POST' | 'PUT'
  url: string
  headers: Record<string, string>
  body?: string
  /** A refusal (4xx) comes back as it is, for whoever asks to put it in words; its `json` is the bare text where it is no JSON. */
  mayRefuse?: boolean
}

/** What came back, its JSON with numbers as text. A refused key, a limit or a broken shop never gets here: see src/shops.ts. */
export type ShopReply = { status: number; headers: Record<string, string>; json: Json }

export type Talk<T> = Generator<ShopRequest, T, ShopReply>

/** Versions and addresses that are configuration. */
export type OutwardSettings = {
  shopifyBase: string | undefined
  shopifyVersion: string
  stripeBase: string
  stripeVersion: string
  woocommerceVersion: string
}

/** How one shop is reached: its address, the opened keys, and the settings. */
export type Reach = { base: string; keys: Record<string, string>; settings: OutwardSettings }

/** A field of the signed page where the shop's address and keys are pasted. */
export type ShopField = {
  name: string
  label: string
  help: string
  secret: boolean
  placeholder?: string
  required: boolean
}

/** A token that ends so many seconds after it was given. */
export type Granted = { token: string; seconds: number }

/** For keys that open nothing themselves, and fetch a token that ends instead. */
export type Grant = {
  /** False where the keys hold a token that does not end. */
  needed: (keys: Record<string, string>) => boolean
  /** Asks for the next token. A refusal says what to do. */
  ask: (reach: Reach) => Talk<Granted>
  /** The same request with another token. */
  carry: (request: ShopRequest, token: string) => ShopRequest
}

export type CodeWish = CodeTerms & {
  /** Our own id of the code; what carries it in the shop was made by us. */
  id: string
  code: string
  /** It may stand there under other terms, and is to be brought to these. */
  change?: boolean
  from: Date
  /** It came from the shop's own list, so one that is there already is the one that is meant. */
  adopted: boolean
  /** An earlier try may have reached the shop: ask before making it. */
  again: boolean
  now: Date
}

/** `live` and `ended` name the shop's own id of the code; `taken`: the code is there and belongs to somebody else. */
export type CodeState = { state: 'live' | 'ended'; ref: string } | { state: 'taken' }

export type HooksWish = {
  url: string
  /** Signs deliveries where the shop takes a secret of ours. */
  secret: string
  /** Another after each look that went well: what was made under this one is still owed to us with its answer. */
  round: string
}

export type Hooks = {
  /** Topics that stand now. */
  standing: string[]
  /** What was made or switched on again just now. */
  mended: string[]
  /** A secret that the shop made for us, shown this once. */
  secret?: string
}

/** A page of what happened in the shop, as webhooks would have brought it. `next` is undefined when nothing follows. */
export type Missed = { deliveries: Delivery[]; next: string | undefined }

export type GiftWish = {
  /** Decimal, in units of the currency. */
  amount: string
  currency: string
  /** The code that the card is to have. */
  code: string
  /** What merchants read beside the card. */
  note: string
}

/** `refused` says that nothing was made, and why. */
export type GiftCard = { kind: 'arrived'; ref: string } | { kind: 'refused'; why: string }

export type Outward = {
  /** "Shopify" */
  name: string
  fields: ShopField[]
  /** What to do in the shop before pasting, one step each. */
  steps: string[]
  /**
   * The API's address for what was pasted, the shop as its deliveries name it, and where the same shop was before, if that is said.
   * Refusal 'invalid' names the field.
   */
  locate: (
    given: Record<string, string>,
    settings: OutwardSettings,
  ) => { base: string; shop: string | null; former?: string | undefined }
  /** The keys that are kept of what was pasted; all secret fields where it is left out. Refusal 'invalid' names the field. */
  keysOf?: (given: Record<string, string>) => Record<string, string>
  grant?: Grant
  makeCode: (reach: Reach, wish: CodeWish) => Talk<CodeState>
  /** Ends the code; one that is not there, or is another's, is left alone. */
  endCode: (reach: Reach, wish: Pick<CodeWish, 'id' | 'code' | 'adopted'>, ref: string | null, now: Date) => Talk<void>
  hooks: (reach: Reach, wish: HooksWish) => Talk<Hooks>
  /** What changed in [since, until), in any order; `page` is the `next` of the page before. */
  missed: (reach: Reach, range: { since: Date; until: Date }, page: string | undefined) => Talk<Missed>
  /** Makes a gift card; the same wish again makes no other. */
  giftCard?: (reach: Reach, wish: GiftWish) => Talk<GiftCard>
}

/** The shop said no and will say no again. */
export const refusedBy = (shop: string, why: string, fix: string): Error => gone(`${shop} refused it: ${why.slice(0, 300)}`, fix)
