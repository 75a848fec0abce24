// All links in memory, so that a redirect asks nobody. A change is heard through NOTIFY at once; a sweep through the whole table each
// minute, page by page, mends what was not heard. While the database is away the last known links go on redirecting.
import { aroundClick, looksSafe } from './rules.ts'
import { type Offered, runningOffer } from './rules-offers.ts'

/** A link as the redirect needs it. Links of every state are here: one that was ended still leads shoppers on. */
export type LinkRow = { slug: string; id: string; programId: string; creatorId: string; destination: string }

/** The offers of a program that lead links somewhere, and who has the tags that they name. */
export type Calendar = { programId: string; offers: Offered[]; tags: Map<string, string[]> }

export type SlugSource = {
  /** The next links after a slug in slug order, at most `limit`. */
  page: (after: string, limit: number) => Promise<LinkRow[]>
  find: (slug: string) => Promise<LinkRow | null>
  /** The offers with a page that run at an instant or will, of all programs. */
  calendars: (from: Date) => Promise<Calendar[]>
  /**
   * Calls `changed` with a slug whenever that link changes, with `offers` when an offer does, and with '*' when anything may have (after a reconnect).
   * Gives the way to stop listening. Reconnects by itself.
   */
  listen: (changed: (slug: string) => void) => Promise<() => Promise<void>>
}

export type Target = { linkId: string; programId: string; before: string; after: string }

/** 'away': the database cannot be asked, so whether the link exists is not known. */
export type Lookup = Target | null | 'away'

export type SlugTable = {
  /** From memory alone. */
  get: (slug: string) => Target | undefined
  /** From memory, else from the database, for a link made a moment ago. */
  look: (slug: string) => Promise<Lookup>
  /** Loads all links and keeps them fresh. Resolves when loaded; a database that is away is tried again in the background. */
  start: () => Promise<void>
  stop: () => Promise<void>
  stats: () => { links: number; loaded: boolean }
}

export type SlugTableOptions = {
  source: SlugSource
  now: () => Date
  ttlMs?: number
  pageRows?: number
  /** How many look-ups of unknown slugs a second may ask the database. */
  looksPerSecond?: number
  onTrouble?: (error: unknown) => void
}

/** What a redirect reads lies in one object: each further one is a wait for memory among a hundred thousand. */
type Entry = Target & { creatorId: string; destination: string; led: { to: string; target: Target } | undefined; sweep: number }

/** What stands for a slug when an offer was changed; no slug has such a sign. */
const offers = '!offers'

export function createSlugTable({ source, now, ...options }: SlugTableOptions): SlugTable {
  const { ttlMs = 60_000, pageRows = 2_000, looksPerSecond = 200, onTrouble = () => {} } = options
  const entries = new Map<string, Entry>()
  const absent = new Map<string, number>()
  const texts = new Map<string, string>()
  let calendars = new Map<string, Calendar>()
  let sweep = 0
  let sweptAt: Date | null = null
  let sweeping: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined
  let unlisten: (() => Promise<void>) | null = null
  let stopped = false
  let looks = { second: 0, count: 0 }

  function put({ slug, id, programId, creatorId, destination }: LinkRow): void {
    const whose = { programId: same(programId), creatorId: same(creatorId) }
    entries.set(slug, { linkId: id, ...whose, before: '', after: '', destination, led: undefined, sweep })
    absent.delete(slug)
  }

  /** One string for all links that say the same. */
  function same(text: string): string {
    const known = texts.get(text)
    if (known === undefined) texts.set(text, text)
    return known ?? text
  }

  function get(slug: string): Target | undefined {
    const entry = entries.get(slug)
    if (entry === undefined) return undefined
    const calendar = calendars.size > 0 ? calendars.get(entry.programId) : undefined
    return (calendar && leadElsewhere(entry, calendar)) ?? ownTarget(entry)
  }

  /** By the clock at each click: memory holds what is to come as well, so nothing has to be heard when an offer begins or ends. */
  function leadElsewhere(entry: Entry, { offers, tags }: Calendar): Target | undefined {
    const { linkId, programId, creatorId } = entry
    const to = runningOffer(offers, { id: creatorId, tags: tags.get(creatorId) ?? [] }, 'links', now())?.destination
    if (!to || !looksSafe(to)) return undefined
    if (entry.led?.to !== to) entry.led = { to, target: { linkId, programId, ...aroundClick(to) } }
    return entry.led.target
  }

  function ownTarget(entry: Entry): Target | undefined {
    if (entry.before === '') {
      // Written by our own service, but a redirect must not depend on that: what is no web address leads nowhere.
      if (!looksSafe(entry.destination)) return undefined
      const { before, after } = aroundClick(entry.destination)
      // Put together anew it is one piece of memory; it would be many, gathered again for every click.
      Object.assign(entry, { before: Buffer.from(before).toString(), after, destination: '' })
    }
    return entry
  }

  async function sweepAll(): Promise<void> {
    const current = ++sweep
    let after = ''
    await readCalendars()
    for (;;) {
      const rows = await source.page(after, pageRows)
      for (const row of rows) put(row)
      if (rows.length < pageRows || stopped) break
      after = rows[rows.length - 1]!.slug
      await new Promise((resolve) => setImmediate(resolve))
    }
    for (const [slug, entry] of entries) if (entry.sweep < current) entries.delete(slug)
    texts.clear()
    absent.clear()
    sweptAt = now()
  }

  async function readCalendars(): Promise<void> {
    calendars = new Map((await source.calendars(now())).map((calendar) => [calendar.programId, calendar]))
  }

  function refresh(): Promise<void> {
    sweeping ??= sweepAll().finally(() => {
      sweeping = null
    })
    return sweeping
  }

  async function changed(slug: string): Promise<void> {
    try {
      if (slug === '*') return await refresh()
      if (slug === offers) return await readCalendars()
      const row = await source.find(slug)
      if (row) put(row)
      else entries.delete(slug)
    } catch (error) {
      onTrouble(error)
    }
  }

  /** Each TTL a sweep; while the last one failed, a try each fifteenth of it. */
  async function keepFresh(): Promise<void> {
    let pause = ttlMs
    try {
      unlisten ??= await source.listen((slug) => void changed(slug))
      await refresh()
    } catch (error) {
      onTrouble(error)
      pause = ttlMs / 15
    }
    if (stopped) return
    timer = setTimeout(keepFresh, pause)
    timer.unref()
  }

  function mayLook(): boolean {
    const second = Math.floor(now().getTime() / 1000)
    if (looks.second !== second) looks = { second, count: 0 }
    return looks.count++ < looksPerSecond
  }

  async function look(slug: string): Promise<Lookup> {
    const known = get(slug)
    if (known) return known
    const loaded = sweptAt !== null
    const absentAt = absent.get(slug)
    if (absentAt !== undefined && now().getTime() - absentAt < 5_000) return null
    if (!mayLook()) return loaded ? null : 'away'
    try {
      const row = await source.find(slug)
      if (row) put(row)
      else {
        if (absent.size >= 10_000) absent.clear()
        absent.set(slug, now().getTime())
      }
      return get(slug) ?? null
    } catch (error) {
      onTrouble(error)
      return 'away'
    }
  }

  return {
    get,
    look,
    start: keepFresh,
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await unlisten?.()
      await sweeping?.catch(() => {})
    },
    stats: () => ({ links: entries.size, loaded: sweptAt !== null }),
  }
}
