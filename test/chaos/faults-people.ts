/** Faults that people bring, on purpose or as a crowd, and those of running a house: F20 to F38. */
import { type Fault, proof, proofAfter } from './fault.ts'

export const peopleFaults: Fault[] = [
  {
    id: 'F19',
    what: 'malformed signatures',
    proofs: [
      proofAfter(
        'security/signatures.test.ts',
        ['believes the right one'],
        'refuses one that is',
        'refuses another version, an old time and one to come',
      ),
      proof(
        'connectors/generic.test.ts',
        'by an empty or broken secret is never right',
        'of an altered body is wrong',
        'never throws',
      ),
      proof('connectors/shopify.test.ts', 'is refused: missing', 'never throws'),
      proof('connectors/stripe.test.ts', 'by an empty secret, or of an altered body, is wrong'),
      proof('connectors/woocommerce.test.ts', 'is refused: missing, empty, altered, in hex, by an empty secret'),
      proof('kernel/signature.test.ts', 'texts are the same when their bytes are, whatever their lengths'),
      proof(
        'security/timing.test.ts',
        'takes as long to refuse a guess whose first byte is right as one whose first byte is wrong',
        'a comparison that ends at the first wrong byte is told apart by the same samples',
      ),
      proof('http/hooks.test.ts', 'an unknown source and a foreign program look like a wrong signature'),
    ],
    demands: '100 % refused with 401, no exception; the time of 100,000 refusals tells nothing of the first byte (p > 0.01)',
  },
  {
    id: 'F20',
    what: 'an interaction endpoint that is sent wrong Ed25519 signatures',
    proofs: [],
    not: 'Troupe hears Discord over its gateway and offers no interaction endpoint, so there is nothing to send them to',
  },
  {
    id: 'F21',
    what: 'mentions in names, titles, addresses, captions',
    proofs: [
      proof('platforms/discord-text.test.ts', 'nothing that people write becomes markdown or a mention'),
      proof('platforms/discord-render.test.ts', 'whatever people write and however much, the message is valid and opens no code'),
      proof('platforms/slack-render.test.ts', 'whatever people write stands in text, and only there'),
      proof('chaos/strings.chaos.test.ts', 'strings become no mention on Discord', 'strings become no mention on Slack'),
    ],
    demands: '0 mentions of 100,000 strings on each platform',
  },
  {
    id: 'F22',
    what: 'markdown and mrkdwn: masked links, fences, overflow, direction',
    proofs: [
      proof(
        'platforms/discord-text.test.ts',
        'nor does it leave bold words, labels or code',
        'an address in a link can not leave it',
        'never takes more than its room and is never cut inside an escape',
      ),
      proof('platforms/slack-text.test.ts', 'towers of accents, controls and direction overrides are tamed'),
      proof('platforms/slack-render.test.ts', 'no card is too big to be sent'),
      proof('chaos/strings.chaos.test.ts', 'strings are read back from Discord’s markdown as they were'),
    ],
    demands: '100,000 strings read back as written, 0 over a limit',
  },
  {
    id: 'F23',
    what: 'letters that look like others',
    proofs: [
      proof('rooms/links-rules.test.ts', 'whatever the name, the slug is one'),
      proof('rooms/codes-rules.test.ts', 'what is mistaken for one another reads the same'),
      proof('rooms/disclosure.test.ts', 'the fold is counted as it is seen, and invisible letters fill nothing'),
      proof('platforms/slack-text.test.ts', 'towers of accents, controls and direction overrides are tamed'),
    ],
    demands: 'slugs are ASCII, look-alike codes are one code',
  },
  {
    id: 'F24',
    what: 'addresses that lead inside',
    proofs: [
      proof(
        'fetch.test.ts',
        'more than 300 addresses, by https and by http: not one socket is opened',
        'one private address among public ones is enough to refuse',
        'a name that answers public first and private then is dialed at the very address that was checked',
        'three redirects are followed, a fourth is not',
      ),
      proof('jobs/live.test.ts', 'no way to write a private address opens a socket'),
    ],
    demands: '0 sockets of more than 600 tries',
  },
  {
    id: 'F25',
    what: 'links that lead elsewhere, split headers',
    proofs: [
      proof('security/rim.test.ts', 'no address and no header of a request becomes a header of the answer'),
      proof(
        'rooms/links-destinations.test.ts',
        'addresses that lead elsewhere are refused',
        'whatever is accepted is parsed again to an allowed host',
      ),
      proof(
        'http/redirect.test.ts',
        'a destination’s own query and fragment stay; nothing in the request changes where it leads',
      ),
      proof('chaos/elsewhere.test.ts', 'requests lead to the stored destination or nowhere'),
    ],
    demands: '0 of more than 200 written addresses and of more than 200 requests lead elsewhere',
  },
  {
    id: 'F26',
    what: 'formulas in exports',
    proofs: [
      proof(
        'rooms/payouts-files.test.ts',
        'no text of 100,000 begins a formula, numbers stay numbers, and what was written is what is read',
      ),
      proof('rooms/roster-rules.test.ts', 'what we write is read back as it was, its guards taken off'),
    ],
    demands: '0 of 100,000 cells',
  },
  {
    id: 'F27',
    what: 'regular expressions that take for ever',
    proofs: [
      proof('chaos/regexes.chaos.test.ts', 'each regular expression of the house is linear'),
      proof('platforms/slack-line.test.ts', 'any line is read without an error, and quickly'),
      proof('log.test.ts', 'hiding passwords is linear'),
      proof('rooms/disclosure.test.ts', 'a caption of 100,000 characters is judged in a blink, whatever it is made of'),
    ],
    demands: 'each ≤ 10 ms on 100,000 hostile characters, or linear',
  },
  {
    id: 'F28',
    what: 'bodies that are huge, slow, deep or odd',
    proofs: [
      proof(
        'security/rim.test.ts',
        'a prototype in a form, a query or a body stays words',
        'a body without an end is cut at the limit',
      ),
      proof('http/hooks.test.ts', 'malformed JSON is 400, a body over 1 MiB is 413, and neither is stored'),
      proof('http/server.test.ts', 'a slow upload arrives; dripped headers and a body without end are cut'),
      proof('kernel/json.test.ts', 'any bytes are read or refused, never anything else', '__proto__ is a key like any other'),
      proof(
        'chaos/payloads.chaos.test.ts',
        'odd bodies are refused, and others are answered meanwhile',
        'five hundred who drip are cut',
      ),
    ],
    demands: '400, 413 or 408, prototype untouched, memory and others’ p99 bounded',
  },
  {
    id: 'F29',
    what: 'clicks that nobody made',
    proofs: [
      proof('rooms/trust-set.test.ts', 'of a labelled day the rules hold at least 95 % of the fraud'),
      proof('rooms/click-id.test.ts', 'no forgery opens'),
      proof(
        'rooms/orders.test.ts',
        'a forged click id leads nowhere',
        'what a creator buys with their own code is credited, marked, and held',
      ),
      proof('http/redirect.test.ts', 'HEAD and prefetch are answered and marked, never dropped'),
      proof('rooms/links-rules.test.ts', 'one an hour for each visitor and link; machines never'),
    ],
    demands: 'precision ≥ 0.99, recall ≥ 0.95',
  },
  {
    id: 'F30',
    what: 'payouts pressed twice, at once, without an answer',
    proofs: [
      proof(
        'rooms/payouts.test.ts',
        'a hundred who prepare at once make one payment for each creator',
        'the row locks alone keep two from paying the same money',
        'no payment twice, none beyond the balance, and every cent is payable, in payment or paid',
      ),
      proofAfter(
        'rooms/payouts-stripe.test.ts',
        ['without Stripe everybody else is paid', 'is one transfer under its own key and arrives'],
        'is sent once by two workers and after a worker died in the middle of it',
      ),
    ],
    demands: '0 double, 0 overdraft',
  },
  {
    id: 'F31',
    what: 'ids of another program at every command and route',
    proofs: [
      proof(
        'security/routes.test.ts',
        'each is answered as the table says',
        'no page of the program is opened to somebody of another one by its address',
      ),
      proof(
        'commands/access.test.ts',
        'an id of another program is not found, by whoever may run the command',
        'pages of another program are not found by their address',
      ),
      proof(
        'db/tenant.test.ts',
        'a unit of work sees only its own program, whatever it asks for',
        'a write into another program is refused, nested and raw too',
        'without a tenant nothing is seen',
      ),
    ],
    demands: '0 read, 0 written',
  },
  {
    id: 'F32',
    what: 'a hundred at once for the last seat, edits of one mission by many',
    proofs: [
      proof(
        'rooms/missions.test.ts',
        'three are given to twenty who claim at once, and a seat given back goes to the first in line',
      ),
      proof(
        'chaos/crowd.chaos.test.ts',
        'a hundred claim the last seat at once',
        'three hundred edits of one mission, ten at once',
      ),
      proof('rooms/content.test.ts', 'twelve approvals at once pay exactly ten fees'),
      proof('rooms/leaderboard.test.ts', 'two at the same moment post one board'),
    ],
    demands: '1 seat given, 0 deadlocks left over',
  },
  {
    id: 'F33',
    what: 'SIGTERM under load, one web process after the other',
    proofs: [
      proof('chaos/processes.chaos.test.ts', 'two web processes are replaced one after the other under load'),
      proof('chaos/crew.chaos.test.ts', 'two web, two workers and a bot are replaced, and the schema grows'),
      proof('http/server.test.ts', 'a request under way is answered when the server closes'),
    ],
    demands: '0 failed redirects, drain ≤ 10 s',
    not: 'the later version is this one with a grown schema; each migration is one transaction, so a crash within it leaves nothing',
  },
  {
    id: 'F34',
    what: 'few file handles, a small heap, few connections',
    proofs: [proof('chaos/processes.chaos.test.ts', 'sixty-four file handles and a heap of 128 MB')],
    demands: 'no crash, redirects answered, the rest 503',
    not: 'a processor throttled to 20 % needs cgroups, and ten minutes are shortened to a quarter of one',
  },
  {
    id: 'F35',
    what: 'leaks of memory and handles',
    proofs: [proof('chaos/leak.chaos.test.ts', 'memory and handles stay flat')],
    demands: '< 1 MB for 100,000 clicks beyond the first, handles back to the start ± 5',
    not: 'over 300,000 clicks, not a million',
  },
  {
    id: 'F36',
    what: 'backup and restore',
    proofs: [
      proof('backup/drill.test.ts', 'a backup that was taken at work comes back whole'),
      proof('queue.test.ts', 'after a flush of Redis the recurring rings are made anew, and go on'),
    ],
    demands: 'the same balances, nothing sent again',
  },
  {
    id: 'F37',
    what: 'forgetting a person while money and messages are under way',
    proofs: [
      proof('privacy/erase.test.ts', 'nothing happens for two weeks; then money is settled, and everything goes but the figures'),
      proof('privacy/rest.test.ts', 'who is owed money waits until it has arrived'),
      proof('privacy/law.test.ts', 'every model is forgotten by a room or spared for a reason'),
      proof('privacy/after.test.ts', 'the last mail is the farewell', 'a farewell leaves no address behind either'),
      proofAfter(
        'doors/kill/forget.test.ts',
        ['killed while they leave, and right after'],
        'an erasure is killed ',
        'the next process leaves nothing of them, and the books as they were',
      ),
    ],
    demands: '0 personal bytes in any table; the sums of the books unchanged',
  },
  {
    id: 'F38',
    what: 'the shipper, the worker, the scheduler or the gateway stops without a word',
    proofs: [
      proof(
        'chaos/detect.test.ts',
        'the worker: is noticed within a minute',
        'the scheduler: is noticed within a minute',
        'the gateway: is noticed within a minute',
        'the shipper: is noticed within a minute',
      ),
    ],
    demands: '/health red and managers told ≤ 60 s, 4 of 4',
  },
]
