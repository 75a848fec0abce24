// A labelled day of clicks and orders, made from a seed: kinds of fraud as they are known, and honest days that look like them. What
// is made here is plain data; nothing in it knows the rules, and no rule knows what is made here.

import { frauds, lookalikes } from './trust-scenes.ts'
import { DAY, dice, playing, type Scene, type Stage, servers, type TrustSet, visits } from './trust-stage.ts'

/** The day under `now` (ms), with what came before it, from a seed. */
export function trustSet(seed: number, now: number): TrustSet {
  const draw = dice(seed)
  const set: TrustSet = { creators: [], clicks: [], orders: [] }
  const stage = { draw, set, now }
  for (let n = 0; n < 40; n++) ordinary(stage, newCreator(set))
  past(stage)
  for (const [kind, scene] of Object.entries(frauds)) act(stage, kind, true, scene)
  for (const [kind, scene] of Object.entries(lookalikes)) act(stage, kind, false, scene)
  return set
}

function newCreator(set: TrustSet, country = 'DE'): number {
  set.creators.push({ country })
  return set.creators.length - 1
}

function act(stage: Stage, kind: string, fraud: boolean, { creators, country, play }: Scene): void {
  for (let n = 0; n < creators; n++) play(playing(stage, newCreator(stage.set, country), kind, fraud))
}

/** An honest day: a few percent of the visitors buy, others use the code, and all that disturbs is there in small shares. */
function ordinary(stage: Stage, creator: number): void {
  const play = playing(stage, creator, 'ordinary day', false)
  const { draw } = play
  const odd = () =>
    draw.chance(0.03) ? { ip: draw.of(servers) } : draw.chance(0.04) ? { country: draw.of(['TH', 'US', 'BR']) } : {}
  const mail = () => ({ throwaway: draw.chance(0.02) })
  visits(play, draw.between(150, 260), draw.between(6, 12), odd, mail)
  for (let n = draw.between(8, 16); n > 0; n--) play.sell({ at: play.any(), ...mail() })
  for (let n = draw.between(2, 12); n > 0; n--)
    play.click({ bot: true, agent: 'Mozilla/5.0 (compatible; Discordbot/2.0)', unique: false })
  for (let n = draw.between(10, 30); n > 0; n--) play.click({ unique: false })
}

/** A month of clicks before the day, so that usual countries are known. */
function past({ draw, set, now }: Stage): void {
  for (let n = 0; n < 600; n++) {
    const { click } = playing({ draw, set, now }, draw.between(0, 39), 'past', false)
    click({ at: now - 10 * DAY - Math.floor(draw.random() * 15 * DAY) })
  }
}
