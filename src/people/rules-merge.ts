/**
 * The law of two persons who turn out to be one: the one known for longer stays and takes over every account of the other in this
 * program. They hold the higher of the two roles, and are spoken to as whoever typed the code wants it; what that one never chose is
 * taken from the other. The person given up keeps a name and may do nothing.
 */
type Known = { id: string; createdAt: Date }

/** The one known for longer. */
export const elder = <P extends Known>(a: P, b: P): P =>
  (a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)) < 0 ? a : b

type Settings = {
  finance: boolean
  zone: string | null
  locale: string | null
  quietFrom: string | null
  quietTo: string | null
  door: string | null
  alerts: string
  pausedUntil: Date | null
  reach: string
  muted: string[]
}

/** The settings of one person who had two. */
export const joinSettings = (typed: Settings, other: Settings): Settings => ({
  finance: typed.finance || other.finance,
  zone: typed.zone ?? other.zone,
  locale: typed.locale ?? other.locale,
  quietFrom: typed.quietFrom ?? other.quietFrom,
  quietTo: typed.quietTo ?? other.quietTo,
  door: typed.door ?? other.door,
  alerts: typed.alerts,
  pausedUntil: typed.pausedUntil,
  reach: typed.reach,
  // Whatever was stopped once stays stopped.
  muted: [...new Set([...typed.muted, ...other.muted])],
})
