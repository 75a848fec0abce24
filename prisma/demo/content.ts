/** What the demo creators made, and what became of it. */
import { toPng } from '../../src/kernel/picture.ts'

export type Handed = {
  user: string
  /** Days before the end. What has the same number belongs to one wave. */
  days: number
  mission?: 'morning' | 'mist' | 'balm' | 'gifts'
  caption: string
  fate: 'approved' | 'changes' | 'changed' | 'rejected' | 'waiting'
  reason?: string
  note?: string
  file?: boolean
}

export type DemoMission = {
  key: NonNullable<Handed['mission']>
  title: string
  brief: string
  fee: string
  budget: string
  days: number
  open: number
}

/** `days` is how long before the end it was opened, `open` for how many days. */
export const missions: DemoMission[] = [
  {
    key: 'morning',
    title: 'Thirty-second morning',
    brief:
      'One take, half a minute: your face before coffee, Dew Serum, done. No filter, daylight if you can. Say what your skin is like and what you noticed.',
    fee: '40.00',
    budget: '900.00',
    days: 353,
    open: 365,
  },
  {
    key: 'mist',
    title: 'Summer mist on the road',
    brief:
      'Take Silk Mist somewhere hot and show it in use: train, beach, festival. One picture or clip with a sentence on why it was in your bag.',
    fee: '30.00',
    budget: '300.00',
    days: 170,
    open: 60,
  },
  {
    key: 'balm',
    title: 'One week with the Night Balm',
    brief:
      'Seven evenings, one post at the end. Show day one and day seven in the same light. If it did nothing for you, say so; honest posts are paid the same.',
    fee: '55.00',
    budget: '660.00',
    days: 78,
    open: 130,
  },
  {
    key: 'gifts',
    title: 'Three gifts under fifty',
    brief:
      'Put together a small set from the shop for someone you know, and tell us who it is for. Carousel or clip; show the prices.',
    fee: '60.00',
    budget: '480.00',
    days: 12,
    open: 40,
  },
]

const say = (words: string) => `#ad ${words}`

/** Hand-ins come in waves, as briefs and seasons do; oldest first. */
export const handed: Handed[] = [
  wave(
    330,
    'mia',
    'morning',
    say('Half a minute, one serum, zero filter. My dry patches around the nose are calmer since last week.'),
  ),
  wave(330, 'noah', 'morning', say('Post-swim routine: rinse, Dew Serum, out the door. Chlorine skin says thanks.')),
  wave(288, 'mia', undefined, say('Everything on my shelf that is nearly empty, and what I will buy again.')),
  wave(288, 'lena', 'morning', say('Sensitive skin, grey Berlin morning, one product. Here is what day ten looks like.')),
  wave(246, 'noah', undefined, say('Three things in my gym bag that are not for the gym.')),
  wave(246, 'lena', undefined, say('Clay Mask on half the face, for science. Left is before, right is after ten minutes.')),
  wave(246, 'kenji', 'morning', say('A five-step person tries one step. It is quicker, and I did not miss the other four.')),
  wave(205, 'camila', 'morning', say('Humid city, oily skin, two drops. It sits well under sunscreen.')),
  wave(205, 'mia', undefined, say('You asked how I layer serum and balm at night. Slowly, and in this order.')),
  wave(205, 'kenji', undefined, say('Reading the ingredient list of the Dew Serum line by line, so you do not have to.')),
  wave(158, 'camila', 'mist', say('Silk Mist on the bus to the coast. Thirty-four degrees, no air conditioning, still friends.')),
  wave(158, 'lena', 'mist', say('Festival kit, day two. The mist is the only thing I shared with nobody.')),
  wave(158, 'priya', 'morning', say('Pigmentation diary, week one with the serum. No miracles yet, and a better glow.')),
  wave(158, 'noah', 'mist', say('Long ride, salt face, mist. In that order.')),
  wave(117, 'priya', 'mist', say('Monsoon skin is real. This is what I spray at my desk at three in the afternoon.')),
  wave(117, 'mia', 'mist', say('Night train to the south with one small bottle. Review in the last ten seconds.')),
  wave(117, 'lena', undefined, say('My mother tries my routine and has opinions. Sound on.')),
  wave(117, 'jonas', 'mist', say('Hand luggage skincare: what got through security in five countries.')),
  {
    ...wave(84, 'jonas', 'morning', 'Mountain hut morning, serum at six degrees. Best views come with cold hands.'),
    fate: 'rejected',
    reason: 'disclosure',
    note: 'The caption never says that it is advertising. Post it again with #ad in the first line and hand it in anew.',
  },
  wave(84, 'kenji', 'morning', say('The one-bottle challenge, day thirty. Yes, thirty.')),
  wave(84, 'priya', undefined, say('Answering your twelve most asked questions about the Clay Mask while wearing it.')),
  wave(58, 'zoe', 'balm', say('Radiator season started, so did week one with the Night Balm. Same lamp, same chair.')),
  {
    ...wave(58, 'camila', 'balm', say('Seven nights, one jar. The before picture is brave, I know.')),
    fate: 'changed',
    note: 'Lovely. The two pictures have different light, so the week is hard to see. Could you take the second one at the window too?',
  },
  wave(58, 'noah', 'balm', say('Balm on a beard? A week of trying, with pictures.')),
  wave(36, 'mia', 'balm', say('Day one, day seven, same window. The corners of my mouth have stopped cracking.')),
  wave(36, 'priya', 'balm', say('It did little for my dark spots and a lot for my dry cheeks. Honest week, honest review.')),
  wave(36, 'zoe', undefined, say('Bathroom shelf makeover for under thirty, with three bottles that stay.')),
  wave(36, 'lena', 'balm', say('Seven evenings, no other product. My verdict is in the last frame.')),
  {
    ...wave(20, 'noah', 'balm', say('A week of balm in one blurry minute.')),
    fate: 'rejected',
    reason: 'quality',
    note: 'The second half is out of focus and the jar cannot be seen. We would love a sharper take.',
  },
  wave(20, 'kenji', 'balm', say('Humidifier off, Night Balm on: seven mornings measured with the same camera.')),
  wave(20, 'jonas', 'balm', say('Seven hotel mirrors, one balm.')),
  wave(9, 'lena', 'gifts', say('A set for my neighbour who waters my plants: mask, mist, and a card.')),
  wave(9, 'priya', 'gifts', say('For the friend who has everything and moisturises nothing. Forty-three euros in all.')),
  wave(9, 'mia', 'gifts', say('Three sets for three aunts. Prices on every slide.')),
  {
    ...wave(3.2, 'zoe', 'gifts', say('Gifts under fifty, wrapped in kitchen towels.')),
    fate: 'changes',
    note: 'Great idea with the towels! The prices are missing, and the brief asks for them. One line per gift is enough.',
  },
  { ...wave(0.8, 'noah', 'gifts', say('Gifts for people who say they want nothing. They want mist.')), fate: 'waiting' },
  {
    ...wave(0.22, 'priya', 'balm', say('Night four of seven: the balm, the lamp, and a cat that wanted to be in it.')),
    fate: 'waiting',
    file: true,
  },
  {
    ...wave(0.09, 'camila', 'gifts', say('Um presente para cada irmã: three sisters, three sets, one budget.')),
    fate: 'waiting',
  },
]

/** Everyone in a wave hands in within a day, and a manager goes through the lot on the next. */
function wave(days: number, user: string, mission: Handed['mission'], caption: string): Handed {
  return { user, days, caption, fate: 'approved', ...(mission === undefined ? {} : { mission }) }
}

/** A picture of a product as someone might have taken it: jar, lamp light, and a cat's shadow. */
export function picture(): Buffer {
  return toPng(`<svg xmlns="http://www.w3.org/2000/svg" width="720" height="900" viewBox="0 0 720 900">
<defs>
  <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2b2440"/><stop offset="1" stop-color="#5b3f52"/></linearGradient>
  <radialGradient id="lamp" cx="0.78" cy="0.2" r="0.75"><stop offset="0" stop-color="#ffdf9e" stop-opacity="0.95"/><stop offset="1" stop-color="#ffdf9e" stop-opacity="0"/></radialGradient>
  <linearGradient id="glass" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#8f6a4f"/><stop offset="0.35" stop-color="#e0b58d"/><stop offset="1" stop-color="#6c4a3a"/></linearGradient>
  <linearGradient id="lid" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#3d3346"/><stop offset="0.4" stop-color="#7d6f86"/><stop offset="1" stop-color="#2b2333"/></linearGradient>
</defs>
<rect width="720" height="900" fill="url(#wall)"/>
<rect width="720" height="900" fill="url(#lamp)"/>
<path d="M0 690 H720 V900 H0 Z" fill="#3a2a33"/>
<path d="M0 690 H720 V702 H0 Z" fill="#7a5a5a" opacity="0.7"/>
<path d="M96 690 C88 560 120 500 128 452 L150 486 C166 478 192 478 208 486 L232 452 C238 500 262 560 262 690 Z" fill="#191421" opacity="0.85"/>
<path d="M262 676 C330 690 350 640 330 596" fill="none" stroke="#191421" stroke-width="22" stroke-linecap="round" opacity="0.85"/>
<ellipse cx="470" cy="792" rx="180" ry="26" fill="#000" opacity="0.3"/>
<rect x="330" y="560" width="280" height="228" rx="44" fill="url(#glass)"/>
<rect x="322" y="486" width="296" height="92" rx="22" fill="url(#lid)"/>
<rect x="372" y="624" width="196" height="104" rx="12" fill="#fbf4ea"/>
<text x="470" y="672" font-family="Inter" font-size="34" font-weight="700" text-anchor="middle" fill="#3d3346">Glow</text>
<text x="470" y="706" font-family="Inter" font-size="21" text-anchor="middle" fill="#6b5a68">Night Balm</text>
<text x="48" y="848" font-family="Inter" font-size="30" font-weight="600" fill="#ffe7bd">night four of seven</text>
</svg>`)
}
