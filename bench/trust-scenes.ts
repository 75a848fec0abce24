// The scenes of the labelled set: kinds of fraud as they are known, and honest days that look like them.
import {
  HOUR,
  looked,
  MINUTE,
  type Play,
  pages,
  type Scene,
  SECOND,
  type SetClick,
  type SetOrder,
  servers,
  visits,
} from './trust-stage.ts'

const machines = [
  'python-requests/2.32.3',
  'curl/8.7.1',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/128.0.0.0 Safari/537.36',
]
const coupons = [
  'https://www.retailmenot.com/view/glow',
  'https://couponfollow.com/site/glow',
  'https://www.gutscheine.de/glow',
  'https://simplycodes.com/',
]
const ads = [
  'https://www.google.com/?gclid=Cj0K',
  'https://www.bing.com/?msclkid=9f1c',
  'https://www.google.de/?gbraid=0AAA',
  'https://m.facebook.com/?fbclid=IwZ&utm_medium=paid_social',
]

/** A start within the day that leaves two hours. */
const begin = ({ draw, now }: Play): number => now - draw.between(4, 22) * HOUR

/** What else such a creator sells is honest. */
const honest = (): Partial<SetOrder> => ({ kind: 'honest sales beside fraud', fraud: false })

export const frauds: Record<string, Scene> = {
  'own purchases': {
    creators: 5,
    play: (p) => {
      visits(p, 60, 3, undefined, honest)
      for (let n = 0; n < 2; n++) p.sell({ at: p.any(), own: true, email: `creator-${p.creator}` })
    },
  },
  'flood of one visitor': { creators: 2, play: (p) => flood(p, { visitor: p.draw.name('flood'), agent: p.draw.agent() }) },
  'flood of one address with many browsers': { creators: 2, play: (p) => flood(p, {}) },
  // Stays below every limit: what no rule sees is a part of the truth as well.
  'a patient clicker': {
    creators: 2,
    play: (p) => {
      const [from, ip, visitor] = [begin(p), p.draw.ip(), p.draw.name('patient')]
      visits(p, 10, 6, () => ({ at: from + p.draw.between(0, 60) * MINUTE, ip, visitor, unique: false }))
      visits(p, 90, 4, undefined, honest)
    },
  },
  'scripts that click': {
    creators: 2,
    play: (p) => visits(p, 40, 20, () => ({ bot: true, agent: p.draw.of(machines), unique: false })),
  },
  'a farm of one browser': {
    creators: 2,
    play: (p) => {
      const agent = 'Mozilla/5.0 (Linux; Android 9; SM-G960F) AppleWebKit/537.36 Chrome/96.0.4664.45 Mobile Safari/537.36'
      visits(p, 120, 30, () => ({ agent, referer: null }))
    },
  },
  'rented servers': { creators: 2, play: (p) => visits(p, 140, 30, () => ({ ip: p.draw.of(servers) })) },
  'clicks pushed in at the till': {
    creators: 2,
    play: (p) => {
      for (let n = 0; n < 30; n++) {
        const place = p.click()
        p.sell({ at: p.set.clicks[place]!.at + p.draw.between(1, 5) * SECOND, click: place })
      }
    },
  },
  'visitors of coupon sites': { creators: 2, play: (p) => visits(p, 90, 30, () => ({ referer: p.draw.of(coupons) })) },
  'a code on coupon sites': {
    creators: 2,
    play: (p) => {
      for (let n = 0; n < 6; n++) p.click({ referer: p.draw.of(coupons) })
      for (let n = 0; n < 40; n++) p.sell({ at: p.any() })
    },
  },
  'paid ads': { creators: 2, play: (p) => visits(p, 100, 30, () => ({ referer: p.draw.of(ads) })) },
  'invented shoppers': { creators: 2, play: (p) => visits(p, 150, 30, undefined, () => ({ throwaway: true })) },
  'one shopper again and again': {
    creators: 3,
    play: (p) => {
      visits(p, 90, 4, undefined, honest)
      const email = p.draw.name('mill')
      for (let n = 0; n < 10; n++) p.sell({ at: p.any(), email })
    },
  },
  'nearly every visitor buys': { creators: 2, play: (p) => visits(p, 34, 30) },
  'a far country': { creators: 2, play: (p) => visits(p, 120, 24, () => ({ country: 'VN' })) },
  'creators buy from one another': {
    creators: 2,
    play: (p) => {
      for (let n = 0; n < 6; n++) p.sell({ at: p.any(), email: `creator-${p.draw.between(0, 39)}` })
    },
  },
}

function flood(p: Play, same: Partial<SetClick>): void {
  const from = begin(p)
  const ip = p.draw.ip()
  for (let n = 0; n < 70; n++) {
    const place = p.click({ ...same, ip, at: from + n * 6 * SECOND, unique: n === 0 || same.visitor === undefined })
    if (n >= 20 && n < 40) p.sell({ at: from + 20 * MINUTE + looked(p.draw), click: place })
  }
  // Followers who happen to come by meanwhile.
  if (same.visitor !== undefined) visits(p, 4, 2, () => ({ at: from + p.draw.between(0, 400) * SECOND }), honest)
}

export const lookalikes: Record<string, Scene> = {
  'a post that goes viral': {
    creators: 2,
    play: (p) => {
      const carrier = p.draw.ip()
      const from = begin(p)
      visits(p, 900, 50, () => ({
        at: from + p.draw.between(0, 60) * MINUTE,
        referer: pages[2]!,
        ...(p.draw.chance(0.2) ? { ip: carrier } : {}),
      }))
    },
  },
  'a code said in a podcast': {
    creators: 3,
    play: (p) => {
      visits(p, 2, 0)
      for (let n = 0; n < 20; n++) p.sell({ at: p.any() })
    },
  },
  'followers with a VPN': {
    creators: 2,
    play: (p) => visits(p, 300, 20, () => (p.draw.chance(0.12) ? { ip: p.draw.of(servers) } : {})),
  },
  'an office that looks together': {
    creators: 3,
    play: (p) => {
      const [from, ip] = [begin(p), p.draw.ip()]
      visits(p, 12, 3, () => ({ at: from + p.draw.between(0, 240) * SECOND, ip }))
      visits(p, 120, 6)
    },
  },
  'a loyal customer': {
    creators: 4,
    play: (p) => {
      visits(p, 110, 5)
      const email = p.draw.name('loyal')
      for (let n = 0; n < 3; n++) p.sell({ at: p.any(), email })
    },
  },
  'quick shoppers': {
    creators: 3,
    play: (p) => {
      visits(p, 140, 0)
      for (let n = 0; n < 8; n++) {
        const place = p.click()
        p.sell({ at: p.set.clicks[place]!.at + p.draw.between(18, 45) * SECOND, click: place })
      }
    },
  },
  'a small and eager audience': { creators: 3, play: (p) => visits(p, 70, 12) },
  'a few addresses for minutes': {
    creators: 3,
    play: (p) => {
      visits(p, 200, 16)
      for (let n = 0; n < 2; n++) p.sell({ at: p.any(), throwaway: true })
    },
  },
  'a creator on a journey': { creators: 2, play: (p) => visits(p, 160, 10, () => (p.draw.chance(0.3) ? { country: 'TH' } : {})) },
  'an audience abroad': { creators: 2, country: 'PT', play: (p) => visits(p, 150, 10, () => ({ country: 'PT' })) },
  'a link that is previewed everywhere': {
    creators: 2,
    play: (p) => {
      for (let n = 0; n < 150; n++) p.click({ bot: true, agent: 'Slackbot-LinkExpanding 1.0', unique: false })
      visits(p, 150, 9)
    },
  },
  'browsers that look ahead': { creators: 2, play: (p) => visits(p, 130, 9, () => ({ bot: p.draw.chance(0.5) })) },
  'people who click twice': {
    creators: 2,
    play: (p) => {
      visits(p, 120, 9)
      for (let n = 0; n < 80; n++) p.click({ unique: false })
    },
  },
  'one app that most followers use': {
    creators: 2,
    play: (p) =>
      visits(p, 150, 10, () =>
        p.draw.chance(0.6) ? { agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) Instagram 340.0', referer: null } : {},
      ),
  },
  'a colleague who likes it': {
    creators: 4,
    play: (p) => {
      visits(p, 130, 8)
      p.sell({ at: p.any(), email: `creator-${p.draw.between(0, 39)}` })
    },
  },
}
