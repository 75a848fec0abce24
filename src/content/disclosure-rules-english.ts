// Sources: FTC 16 CFR 255 and "Disclosures 101 for social media influencers"; CAP Code 2.1 with the ASA's advice on affiliate marketing
// and influencers; CCPC and ASA in Ireland; Ad Standards in Canada; AANA Code of Ethics in Australia.
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
  },
  {
    code: 'GB',
    where: 'the United Kingdom',
    source: 'CAP Code 2.1, ASA',
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
  },
  {
    code: 'IE',
    where: 'Ireland',
    source: 'CCPC and ASA guidance on influencer advertising',
    label: 'Ad',
    alone: firstWords.IE,
    tags: ['#ad', '#fógra', '#advert', '#advertisement'],
    labels: ['ad', 'advert', 'advertisement', 'fógra'],
    phrases: say.slice(0, 4),
    weak: [{ words: ['#sponsored', '#paidpartnership', ...paid], why: 'the guidance asks for #Ad' }],
    wrong: [affiliate, short, gifted, thanks, collab, bare],
    film: 'shown',
  },
  {
    code: 'CA',
    where: 'Canada',
    source: 'Ad Standards, influencer disclosure guidelines',
    label: 'Ad',
    alone: firstWords.CA,
    tags: ['#ad', '#sponsored', '#{brand}partner', '#{brand}ambassador', '#paidpartnership', '#publicité'],
    labels: ['ad', 'advertisement', 'sponsored', 'paid partnership', 'publicité'],
    phrases: [...paid, ...given, ...commission, ...say, 'sponsored by'],
    weak: [gifted],
    wrong: [short, collab, bare, thanks, affiliate],
    film: 'spoken and shown',
  },
  {
    code: 'AU',
    where: 'Australia',
    source: 'AANA Code of Ethics 2.7',
    label: 'Ad',
    alone: firstWords.AU,
    tags: ['#ad', '#advert', '#advertising', '#paidpartnership', '#paidpromotion', '#brandedcontent'],
    labels: ['ad', 'advert', 'advertisement', 'advertising', 'branded content', 'paid partnership', 'paid promotion'],
    phrases: [...paid, ...say],
    weak: [{ words: ['#sponsored', 'sponsored by'], why: 'the code finds it unclear where nothing else says so' }],
    wrong: [short, affiliate, collab, gifted, thanks, bare],
    film: 'shown',
  },
]
