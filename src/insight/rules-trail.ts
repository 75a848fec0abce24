/** "/payout confirm", "Payout  confirm" → "payout confirm": a command as its name stands in the trail. */
export const nameOfRun = (typed: string): string => typed.trim().toLowerCase().replace(/^\//, '').split(/\s+/).join(' ')
