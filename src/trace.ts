/** Where the time of one piece of work went: spans of OpenTelemetry where a collector is configured, and nothing at all elsewhere. */
import type { Config } from './config.ts'
import { Refusal } from './kernel/refusal.ts'
import type { Log } from './log.ts'

/** Names, codes and ids of ours; never what somebody wrote, a name, an address or a slug. */
export type Attributes = Record<string, string | number>

export type SpanShape = {
  /** Who is at the other end: server was asked from outside, client asks outside. */
  kind?: 'server' | 'client'
  /** Only as part of another span, for by itself it would say nothing. */
  part?: true
  /** The W3C traceparent that came with it; what is no traceparent counts as none. */
  parent?: string | undefined
}

export type Tracer = {
  /** Whether spans go anywhere. */
  on: boolean
  /** Does the work inside a span, below the one that is under way; what the work throws ends the span as failed and is thrown on. */
  traced: <T>(name: string, attributes: Attributes, work: () => Promise<T>, shape?: SpanShape) => Promise<T>
  /** Says more of the span under way. */
  note: (attributes: Attributes) => void
  /** The span under way failed: `reference` (err_…) leads to the log, and of the error its kind alone is said. */
  failed: (error: unknown, reference?: string) => void
  /** Sends what is left, within two seconds. */
  close: () => Promise<void>
}

export const untraced: Tracer = {
  on: false,
  traced: (_name, _attributes, work) => work(),
  note() {},
  failed() {},
  async close() {},
}

/** How one row of the outbox is told: by its door, what is done there, and its own id. */
export const sending = ({ id }: { id: string }, platform: string, what: string): Attributes => ({
  'messaging.system': platform,
  'messaging.operation.type': 'send',
  'messaging.operation.name': what,
  'messaging.message.id': id,
})

/** A job in a span. What breaks it is thrown on with a reference, which the span says and whoever logs it writes down; a refusal has none. */
export const tracedJob = (tracer: Tracer, name: string, newReference: () => string, work: () => Promise<void>): Promise<void> =>
  tracer.traced(`job ${name}`, { 'troupe.job': name }, async () => {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Error) || error instanceof Refusal) throw error
      const reference = newReference()
      tracer.failed(error, reference)
      throw Object.assign(error, { reference })
    }
  })

/** Nothing of OpenTelemetry is loaded without a collector. */
export async function openTracer(config: Config, log: Log): Promise<Tracer> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact } = config
  const url = exact ?? (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`)
  if (url === undefined) return untraced
  return (await import('./spans.ts')).openSpans({
    url,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    service: config.OTEL_SERVICE_NAME,
    sampler: config.OTEL_TRACES_SAMPLER,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    log,
  })
}
