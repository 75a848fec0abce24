/** What this process counts of its own work, in the words of Prometheus: how often, how long, and how it ended. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Meter = {
  /** A call through the hall; `outcome` is done, refused or broken. */
  command: (run: string, platform: string, outcome: 'done' | 'refused' | 'broken', seconds: number) => void
  job: (name: string, ok: boolean, seconds: number) => void
  /** `route` is the pattern, never the address. */
  request: (route: string, method: string, status: number, seconds: number) => void
  /** One that the database ended because it took too long; says how often that happened to it here. */
  overran: (part: 'command' | 'job' | 'request', name: string) => number
  /** Values that are asked for when somebody looks, and rows with other labels are forgotten; what ends in _total only grows. */
  show: (name: string, help: string, labels: readonly string[], rows: readonly Row[]) => void
  /** All of it in Prometheus's text format, with its media type. */
  read: () => Promise<{ type: string; body: string }>
}

export type Row = { value: number; labels?: Record<string, string> }

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What is away for a moment says so by this status, and broke nothing. */
const AWAY = 503

/** Each app has its own, so that two in one process do not count as one. */
export function openMeter(): Meter {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const runs = new Histogram({
    name: 'troupe_command_seconds',
    help: 'Calls through the hall, by command, door and outcome',
    labelNames: ['command', 'platform', 'outcome'],
    buckets: seconds,
    registers,
  })
  // Not `job`: in Prometheus that is the target, and a label of ours by that name would be renamed.
  const turns = new Histogram({
    name: 'troupe_job_seconds',
    help: 'Jobs that ran, by name and outcome',
    labelNames: ['task', 'outcome'],
    buckets: [...seconds, 30, 60, 300],
    registers,
  })
  const requests = new Histogram({
    name: 'troupe_request_seconds',
    help: 'HTTP requests, by route, verb and class of status; tracking links are counted by troupe_clicks_total',
    labelNames: ['route', 'method', 'status'],
    buckets: seconds,
    registers,
  })
  const failures = new Counter({
    name: 'troupe_broken_total',
    help: 'Calls, jobs and requests that broke',
    labelNames: ['part'],
    registers,
  })
  const overruns = new Counter({
    name: 'troupe_overrun_total',
    help: 'Calls, jobs and requests that took longer in the database than they may, by name',
    labelNames: ['part', 'name'],
    registers,
  })
  const times = new Map<string, number>()
  const shown = new Map<string, Gauge | Counter>()
  return {
    command(command, platform, outcome, took) {
      runs.observe({ command, platform, outcome }, took)
      if (outcome === 'broken') failures.inc({ part: 'command' })
    },
    job(task, ok, took) {
      turns.observe({ task, outcome: ok ? 'done' : 'broken' }, took)
      if (!ok) failures.inc({ part: 'job' })
    },
    request(route, method, status, took) {
      requests.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, took)
      if (status >= 500 && status !== AWAY) failures.inc({ part: 'request' })
    },
    overran(part, name) {
      overruns.inc({ part, name })
      const key = `${part} ${name}`
      times.set(key, (times.get(key) ?? 0) + 1)
      return times.get(key)!
    },
    show(name, help, labels, rows) {
      const Kind = name.endsWith('_total') ? Counter : Gauge
      const one = shown.get(name) ?? new Kind({ name, help, labelNames: [...labels], registers })
      shown.set(name, one)
      one.reset()
      for (const { labels: on = {}, value } of rows) one.inc(on, value)
    },
    read: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  }
}
