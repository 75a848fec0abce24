// The regulator and its document stand in each row. The FTC also has "Disclosures 101 for social media influencers". Ireland takes one label
// for everything that is commercial; Canada calls #Ad alone the gold standard; Australia's note names what is clear and what may not be.
import { firstWords } from '../programs/rules-territories.ts'
import type { Doubt, Rule } from './disclosure-rules.ts'

const short: Doubt = {
  words: ['#sp', '#spon', '#spons', '#sponsor', '[sp]', '(sp)'],
  why: 'too few readers know what it stands for',
}
const collab: Doubt = {
  words: ['#collab', '#collaboration', '#colab', 'in collaboration with', 'collab with'],
  why: 'it does not say that something was given for the post',
}
const bare: Doubt = {
  words: ['#partner', '#partnership', '#ambassador', '#brandambassador', '#partnered'],
  why: 'it does not say whose, nor that something was given for the post',
}
const thanks: Doubt = {
  words: ['thanks to {brand}', 'thanks {brand}', 'thank you {brand}', 'thx {brand}', '#thanks', '#thankyou', '#thanks{brand}'],
  why: 'a thank-you does not say what it is for',
}
const affiliate: Doubt = {
  words: ['#affiliate', '#aff', '#afflink', '#affiliatelink', 'affiliate link', 'affiliate links', 'aff link', '#affiliatelinks'],
  why: 'most readers do not know what an affiliate is',
}
const gifted: Doubt = {
  words: ['#gifted', 'gifted', '#gift', '#pr', '#prgift', '#prsample', 'pr sample', '#pressample', '#freebie'],
  why: 'it does not say that the post is advertising; a free product is enough to make it so',
}
const sponsored: Doubt = {
  words: [
    '#sponsored',
    'sponsored',
    'sponsored by',
    '#sponsoredpost',
    'in association with',
    'supported by',
    'funded by',
    'brought to you by',
  ],
  why: 'the regulator finds that readers take it for support without a say in the content',
}

const free = ['for the free product', 'for the free products', 'gave me this free', 'gave me this for free', 'sent me this free']
const given = [
  ...free,
  'sent me this for free',
  'gave me free',
  'sent me free',
  'i got this for free from',
  'i received this for free from',
]
const commission = ['earn commission', 'earn a commission', 'earn a small commission', 'get a commission', '#commissionsearned']
const paid = ['paid partnership with', 'paid partner of', 'paid by {brand}', 'paid collaboration with', 'paid promotion for']
const say = ['this is an ad', 'this is an advert', 'this is an advertisement', 'this post is an ad', 'this post is sponsored']

export const english: Rule[] = [
  {
    code: 'US',
    where: 'the United States',
    source: 'FTC, 16 CFR 255',
    label: 'Ad',
    alone: firstWords.US,
    tags: [
      ...['#ad', '#ads', '#sponsored', '#sponsoredpost', '#advertisement', '#paidad', '#paidpartnership', '#paidpartner'],
      ...['#{brand}ad', '#{brand}partner', '#{brand}ambassador', '#{brand}paidpartner'],
    ],
    labels: ['ad', 'paid ad', 'advertisement', 'sponsored', 'sponsored post', 'paid partnership', 'promotion paid by {brand}'],
    phrases: [
      ...paid,
      ...given,
      ...commission,
      ...say,
      'sponsored by',
      '{brand} partner',
      '{brand} ambassador',
      '{brand} is paying me',
    ],
    weak: [gifted],
    wrong: [short, collab, bare, thanks, affiliate],
    film: 'spoken and shown',
    liveMinutes: 15,
  },
  {
    code: 'GB',
    where: 'the United Kingdom',
    source: 'ASA, CAP and CMA, Influencers’ guide to making clear that ads are ads, 3rd edition of 2023; CAP Code 2.1',
    label: 'Ad',
    alone: firstWords.GB,
    tags: ['#ad', '#advert', '#advertisement', '#advertising', '#{brand}ad'],
    labels: ['ad', 'advert', 'advertisement', 'advertising', 'advertisement feature', 'advertorial', 'paid ad'],
    phrases: say.slice(0, 4),
    weak: [{ words: ['#paidpartnership', ...paid], why: 'the regulator recommends “Ad”' }],
    wrong: [
      affiliate,
      short,
      sponsored,
      gifted,
      thanks,
      collab,
      bare,
      { words: ['@{brand}'], why: 'naming a brand is no label' },
    ],
    film: 'shown',
    liveMinutes: 15,
  },
  {
    code: 'IE',
    where: 'Ireland',
    source: 'CCPC and ASA, Guidance on influencer advertising and marketing, October 2023',
    label: 'Ad',
    alone: firstWords.IE,
    tags: ['#ad', '#fógra', '#advert', '#advertisement'],
    labels: ['ad', 'advert', 'advertisement', 'fógra'],
    phrases: say.slice(0, 4),
    weak: [],
    wrong: [
      {
        words: ['#sponsored', 'sponsored by', '#paidpartnership', '#iworkwith', ...paid],
        why: 'it may stand beside #Ad, and not instead of it',
      },
      { words: gifted.words, why: 'it is for a present that nobody asked anything for; with a code or a commission it is #Ad' },
      affiliate,
      short,
      thanks,
      collab,
      bare,
    ],
    film: 'shown',
    liveMinutes: 15,
  },
  {
    code: 'CA',
    where: 'Canada',
    source: 'Ad Standards, Influencer Marketing Disclosure Guidelines, October 2025',
    label: 'Ad',
    alone: firstWords.CA,
    tags: [
      ...['#ad', '#sponsored', '#{brand}partner', '#{brand}ambassador', '#paidpartnership'],
      ...['#publicité', '#pub', '#commandité', '#{brand}partenaire', '#{brand}ambassadeur'],
    ],
    labels: ['ad', 'advertisement', 'sponsored', 'paid partnership', 'publicité', 'pub', 'commandité'],
    phrases: [...paid, ...given, ...commission, ...say, 'sponsored by'],
    weak: [
      {
        words: gifted.words,
        why: 'it is recognised where nothing was asked in return; with a code or a commission “Ad” is meant',
      },
    ],
    wrong: [short, collab, bare, thanks, affiliate],
    film: 'spoken and shown',
    liveMinutes: 15,
  },
  {
    code: 'AU',
    where: 'Australia',
    source: 'AANA, Code of Ethics 2.7 and its Practice Note on clearly distinguishable advertising',
    label: 'Ad',
    alone: firstWords.AU,
    tags: ['#ad', '#advert', '#advertising', '#paidpartnership', '#paidpromotion', '#brandedcontent'],
    labels: ['ad', 'advert', 'advertisement', 'advertising', 'branded content', 'paid partnership', 'paid promotion'],
    phrases: [...paid, ...say],
    weak: [{ words: ['#sponsored', 'sponsored by'], why: 'the code finds it unclear where nothing else says so' }],
    wrong: [short, affiliate, collab, gifted, thanks, bare],
    film: 'shown',
    liveMinutes: 15,
  },
]
