/** The life of a click in one web process: links in memory, the journal, and the loop that ships it. */
import { hostname } from 'node:os'
import type { App } from '../app.ts'
import { pooled } from '../links/click-id.ts'
import { clickSink } from '../links/click-sink.ts'
import { type Journal, openJournal } from '../links/journal.ts'
import { ensurePartitions } from '../links/partitions.ts'
import { createShipper, type Shipper } from '../links/shipper.ts'
import { slugSource } from '../links/slug-source.ts'
import { createSlugTable, type SlugTable } from '../links/slugs.ts'
import { openCountries } from './geography.ts'
import { trustIn } from './proxies.ts'
import { type Redirect, redirect } from './redirect.ts'

export type Clicks = {
  redirect: Redirect
  slugs: SlugTable
  journal: Journal
  shipper: Shipper
  start: () => Promise<void>
  stop: () => Promise<boolean>
}

const DRAIN_MS = 5_000

/** `directUrl` must allow LISTEN. */
export function openClicks(app: App, directUrl: string): Clicks {
  const { clock, config, log } = app
  const quiet = (what: string) => (err: unknown) => log.warn({ err }, what)
  const slugs = createSlugTable({
    source: slugSource(app.database.pool, directUrl, quiet('listening for links')),
    now: clock,
    onTrouble: quiet('loading links'),
  })
  const journal = openJournal({
    root: `${config.DATA_DIR}/journal`,
    instance: `${hostname().replace(/[^A-Za-z0-9-]/g, '-')}-${process.pid}`,
    now: clock,
    fsync: config.JOURNAL_FSYNC,
    onTrouble: quiet('writing the click journal'),
  })
  const shipper = createShipper({ journal, sink: clickSink(app.database.pool), now: clock, onTrouble: quiet('shipping clicks') })
  let countryOf: ((ip: string) => string | null) | undefined
  const trust = trustIn(config.TRUST_PROXY)
  return {
    redirect: redirect({
      slugs,
      append: journal.appendAll,
      now: clock,
      random: pooled(app.random),
      key: app.sealer.lasting('click'),
      trust,
      // Anyone may send a header; only where a proxy of ours stands in front it is the proxy's word.
      countryHeader: trust === undefined ? undefined : config.COUNTRY_HEADER,
      countryOf: (ip) => countryOf?.(ip) ?? null,
    }),
    slugs,
    journal,
    shipper,
    async start() {
      if (config.GEO_FILE !== undefined) countryOf = await openCountries(config.GEO_FILE)
      await ensurePartitions(app.database.owner, clock())
      await slugs.start()
      shipper.start()
    },
    async stop() {
      await slugs.stop()
      return shipper.drain(DRAIN_MS)
    },
  }
}
