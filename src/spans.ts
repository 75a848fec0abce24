/** Spans over OTLP (HTTP, JSON) to a collector. Loaded by src/trace.ts alone, and only where one is configured. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Config } from './config.ts'
import { Refusal } from './kernel/refusal.ts'
import type { Log } from './log.ts'
import { deliveryOf } from './platforms/platform.ts'
import type { Tracer } from './trace.ts'

export type Collector = {
  url: string
  headers: Record<string, string>
  service: string
  sampler: Config['OTEL_TRACES_SAMPLER']
  /** Which part of traces is kept, in [0, 1]. */
  ratio: number
  log: Log
}

/** A collector that is slow is not waited for; what it does not take is dropped. */
const EXPORT_MS = 5_000
const CLOSE_MS = 2_000
const LONGEST_VALUE = 200

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT }

/** Nothing is registered with OpenTelemetry as a whole, so that two apps in one process do not trace as one. */
export function openSpans(collector: Collector): Tracer {
  const exporter = new OTLPTraceExporter({ url: collector.url, headers: collector.headers, timeoutMillis: EXPORT_MS })
  const outage = outageIn(collector.log)
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': collector.service })),
    sampler: samplerOf(collector),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [new BatchSpanProcessor({ exporter: forgiving(exporter, outage), exportTimeoutMillis: EXPORT_MS + 1_000 })],
  })
  const tracer = provider.getTracer('troupe')
  const underWay = new AsyncLocalStorage<Context>()
  const current = (): Span | undefined => trace.getSpan(underWay.getStore() ?? ROOT_CONTEXT)
  return {
    on: true,
    async traced(name, attributes, work, { kind, part, parent } = {}) {
      const above = underWay.getStore()
      if (part && !above) return work()
      const span = tracer.startSpan(
        name,
        { attributes, kind: kind ? kinds[kind] : SpanKind.INTERNAL },
        // A request begins a trace, whatever its connection was opened for.
        kind === 'server' ? remote(parent) : above,
      )
      try {
        return await underWay.run(trace.setSpan(ROOT_CONTEXT, span), work)
      } catch (error) {
        fail(span, error)
        throw error
      } finally {
        span.end()
      }
    },
    note: (attributes) => void current()?.setAttributes(attributes),
    failed(error, reference) {
      const span = current()
      if (!span) return
      fail(span, error)
      if (reference !== undefined) span.setAttribute('troupe.reference', reference)
    },
    close: () => withinTime(provider.shutdown(), outage),
  }
}

/** Whoever sends a traceparent is a stranger: it may say what its own trace is called, and not which of ours are kept. */
function samplerOf({ sampler, ratio }: Collector): Sampler {
  const root = rootOf(sampler, ratio)
  if (!sampler.startsWith('parentbased_')) return root
  return new ParentBasedSampler({ root, remoteParentSampled: root, remoteParentNotSampled: root })
}

function rootOf(sampler: Collector['sampler'], ratio: number): Sampler {
  if (sampler.endsWith('always_on')) return new AlwaysOnSampler()
  return sampler.endsWith('always_off') ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio)
}

function remote(parent: string | undefined): Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(parent ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  // One of zeros is no valid one, and is passed over where the span is made.
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true })
}

/** A refusal is an answer and no failure. The words of an error may repeat what somebody wrote, so they stay in the log. */
function fail(span: Span, error: unknown): void {
  if (error instanceof Refusal) return void span.setAttribute('troupe.refusal', error.code)
  span.setAttribute('error.type', kindOfError(error)).setStatus({ code: SpanStatusCode.ERROR })
}

/** A status, what is to become of a delivery (later, gone, waits), the code of a system or database, or the class. */
function kindOfError(error: unknown): string {
  if (typeof error === 'number') return String(error)
  if (!(error instanceof Error)) return typeof error
  const { code } = error as { code?: unknown }
  const short = typeof code === 'string' && /^[A-Z0-9_]{2,40}$/.test(code) ? code : error.constructor.name
  return deliveryOf(error)?.kind ?? short
}

/** A collector that is away costs its spans and one line of the log, until it is back. */
function outageIn(log: Log) {
  let told = false
  return {
    over() {
      told = false
    },
    lost(words: string, err?: unknown) {
      if (!told) log.warn({ err }, words)
      told = true
    },
  }
}

type Outage = ReturnType<typeof outageIn>

/** To the processor everything went well: its own complaints would come for each batch. */
const forgiving = (exporter: OTLPTraceExporter, outage: Outage): SpanExporter => ({
  export(spans, done) {
    exporter.export(spans, ({ code, error }) => {
      if (code === 0) outage.over()
      else outage.lost('the collector does not take traces; they are dropped until it does', error)
      done({ code: 0 })
    })
  },
  shutdown: () => exporter.shutdown(),
})

async function withinTime(closing: Promise<void>, outage: Outage): Promise<void> {
  let late: NodeJS.Timeout | undefined
  const tooLong = new Promise<void>((resolve) => {
    late = setTimeout(() => {
      outage.lost('the last traces could not be sent in time and are dropped')
      resolve()
    }, CLOSE_MS)
  })
  await Promise.race([closing.catch((error: unknown) => outage.lost('the last traces are dropped', error)), tooLong])
  clearTimeout(late)
}
