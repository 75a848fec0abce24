/** Faults of machines, clocks, shops and platforms: F1 to F19. */
import { type Fault, proof, proofAfter } from './fault.ts'

export const houseFaults: Fault[] = [
  {
    id: 'F1',
    what: 'kill -9 while clicks are kept',
    proofs: [proof('rooms/journal-kill.test.ts', 'kill -9: no acknowledged click is lost, none is stored twice')],
    demands: '0 acknowledged clicks lost, 0 stored twice',
    not: 'at the rate of one process under test beside its shipper, not at 10,000 a second',
  },
  {
    id: 'F2',
    what: 'kill -9 or a lost answer between storing clicks and noting how far',
    proofs: [
      proof('rooms/journal-kill.test.ts', 'kill -9: no acknowledged click is lost, none is stored twice'),
      proof(
        'rooms/shipper.test.ts',
        'a commit whose answer is lost stores nothing twice and stops nothing',
        'every line becomes a row once; files are removed when their last line is stored',
      ),
    ],
    demands: '0 missing, 0 double',
  },
  {
    id: 'F3',
    what: 'a torn journal, a full disk, a broken disk, a file that somebody takes away',
    proofs: [
      proof('rooms/shipper.test.ts', 'a torn last line is skipped and counted, and so is rubbish'),
      proof(
        'rooms/journal.test.ts',
        'clicks still resolve, wait in memory, and are all written later',
        'memory is bounded; what is over is counted',
        'a file that somebody deletes is written anew',
      ),
      proof('chaos/disk.chaos.test.ts', 'shoppers are led on, health says it, memory stays bounded'),
      proof('db/embedded.test.ts', 'a full disk is one sentence'),
    ],
    demands: '100 % of redirects answered 302, memory of waiting clicks ≤ 64 MB',
  },
  {
    id: 'F4',
    what: 'kill -9 of a worker in the middle of a job, at every named point',
    proofs: [
      proofAfter('doors/kill/sender-points.long.test.ts', ['killed after', 'killed before settle'], 'everybody is told once'),
      proof('doors/kill/kill.test.ts', 'on Discord and on Slack'),
      proofAfter(
        'rooms/messages.test.ts',
        ['20,000 people are planned by one statement'],
        'killed in the middle again and again, everybody has theirs once',
      ),
      proofAfter(
        'rooms/payouts-stripe.test.ts',
        ['without Stripe everybody else is paid', 'is one transfer under its own key and arrives'],
        'is sent once by two workers and after a worker died in the middle of it',
      ),
    ],
    demands: '0 missing, 0 double',
    not: 'the long run (test/doors/kill/sender.long.test.ts) adds each of 16 points in turn and random kills',
  },
  {
    id: 'F5',
    what: 'a job that is killed again and again',
    proofs: [
      proofAfter('doors/kill/sender-points.long.test.ts', ['killed after', 'killed before settle'], 'everybody is told once'),
      proof('queue.test.ts', 'after a flush of Redis the recurring rings are made anew, and go on'),
      proof('jobs/absorb.test.ts', 'a failure that stays is tried five times and then parked, while others go through'),
      proof('watch.test.ts', 'a job that missed its ticks is told to the managers once, and once more when it runs again'),
    ],
    demands: 'nothing is lost with the ring: the next sweep finds it, and standing still is told',
    not: 'BullMQ’s own count of stalled jobs is not read: a ring that is given up is replaced by the next one, and work is found in the database',
  },
  {
    id: 'F6',
    what: 'Redis frozen, flushed, restarted, full',
    proofs: [
      proof(
        'chaos/redis.chaos.test.ts',
        'frozen for 30 s: nobody waits for it, and the bells go on',
        'flushed: recurring rings stand again',
        'killed and started empty: recurring rings stand again',
        'full: work that is asked for is done all the same',
      ),
    ],
    demands: 'rings stand again ≤ 10 s; no unit of work waits for Redis',
  },
  {
    id: 'F7',
    what: 'PostgreSQL killed, shut down at once, out of connections, locked',
    proofs: [
      proof(
        'chaos/postgres.chaos.test.ts',
        'kill -9 of the whole server under webhooks and clicks',
        'an immediate shutdown under webhooks and clicks',
        'no connection left',
        'a lock that is held',
      ),
      proof(
        'db/away.test.ts',
        'a connection that is lost while somebody holds it fails its query and ends nothing',
        'whoever asks while the database is away is told to come again, and nothing is accepted',
      ),
      proof('db/together.test.ts', 'a failure that one item may be to blame for is that item’s alone; any other is everybody’s'),
      proof('http/redirect.test.ts', 'while the database is away known links lead on, and an unknown one is 503'),
    ],
    demands: 'every 2xx is in the database, else 503; 100 % of redirects answered 302',
  },
  {
    id: 'F8',
    what: 'eight toxics of the network, each way, before PostgreSQL, Redis, Discord and Slack',
    proofs: [
      proof(
        'chaos/toxics-stores.chaos.test.ts',
        'postgres:',
        'redis:',
        'a database server that vanishes without a word is given up',
      ),
      proof('chaos/toxics-doors.chaos.test.ts', 'discord:', 'slack:'),
    ],
    demands: 'no hang beyond the configured timeouts, no unhandled rejection, one effect, recovery',
  },
  {
    id: 'F9',
    what: 'a reply that is lost after the platform accepted',
    proofs: [
      proof(
        'doors/discord/faults-rest.test.ts',
        'a lost reply, a reset and a hanging request show one message',
        'a post whose every reply was lost is tried later with the same nonce, and shown once',
      ),
      proof('doors/slack/faults-posts.test.ts', 'a post whose receipt was lost is found again, and not posted twice'),
      proofAfter(
        'rooms/payouts-stripe.test.ts',
        ['without Stripe everybody else is paid', 'is one transfer under its own key and arrives'],
        'whose answer is lost is asked for, never sent again',
      ),
      proof(
        'stories/shop-codes.test.ts',
        'a lost reply: the shop is asked before it is told again, and nobody hears anything twice',
      ),
    ],
    demands: '0 double',
  },
  {
    id: 'F10',
    what: 'gateway and socket: closes, silence, lost sessions, the same twice, 12 s without either',
    proofs: [
      proof(
        'doors/discord/faults-gateway.test.ts',
        'drops, op 7, op 9 that may be resumed and close 4000 are resumed, and what was missed is heard once',
        'a silence is waited out, and what was held is heard once',
        'op 9 that may not be resumed and a resume that is ignored end in a new session',
      ),
      proofAfter(
        'doors/discord/faults-answers.test.ts',
        ['a database that takes 2.9 s delays an answer', 'what is answered after a quarter of an hour comes'],
        'the same interaction twice has one effect and one answer',
      ),
      proof('doors/discord/gap.long.test.ts', 'a silence of twelve seconds is waited out, and what was held is heard once'),
      proof('doors/slack/faults-socket.test.ts', 'a disconnect frame and a cut are over within a second'),
      proof(
        'doors/slack/gap.long.test.ts',
        'after a gap of twelve seconds the socket stands again, and what came meanwhile is answered once',
      ),
    ],
    demands: 'every interaction once',
  },
  {
    id: 'F11',
    what: 'webhooks twice, with another body, late, replayed',
    proofs: [
      proof(
        'http/hooks.test.ts',
        'a signed delivery is kept and answered with 202; the same again with 200 and no effect',
        'the same id with another body: the first wins, the second is parked with 409 and managers are told',
      ),
      proof('connectors/generic.test.ts', 'is good for five minutes, early or late, and not a second longer'),
      proof('jobs/two-workers.test.ts', 'the same webhook five times at two servers'),
      proof('rooms/orders-facts.test.ts', 'five deliveries of everything at once, in eight orders: one effect'),
    ],
    demands: '1 effect; another body 409, the first wins; a replay after five minutes 401',
  },
  {
    id: 'F12',
    what: 'webhooks out of order',
    proofs: [
      proof(
        'rooms/orders-facts.test.ts',
        'all 120 orders of sale, payment and refunds told in three ways end the same, to the cent',
        'all 24 orders of sale, refund and a bank’s dispute that is lost leave nothing',
      ),
      proof('rooms/bank.test.ts', 'all orders in which sale, refund and the bank’s three words are heard end alike'),
    ],
    demands: '120 of 120 orders end alike',
  },
  {
    id: 'F13',
    what: 'amounts: partial, too much, negative, beyond 2^53, in words',
    proofs: [
      proof(
        'kernel/money.test.ts',
        'are never more than half a unit off and mirror at zero, at every rate',
        'add up exactly, and no part is a whole unit from its fair share',
        'names the value that it refuses, and how to write it',
      ),
      proof('kernel/json.test.ts', 'numbers keep every digit'),
      proof('rooms/books-rules.test.ts', '100,000 splits give exactly what was split'),
      proof('rooms/ledger-rules.test.ts', 'three partial refunds of the whole end at exactly zero, at every rate'),
    ],
    demands: '100,000 splits without a difference',
  },
  {
    id: 'F14',
    what: 'clocks that jump by an hour, a day, ten years, and back; leap days and 2038',
    proofs: [
      proof('doors/kill/clock.long.test.ts', 'whatever the clock does, each week has one digest for everybody and one board'),
      proof('doors/discord/faults-pace.test.ts', 'a process that was held up does not hurry afterwards'),
      proof('connectors/generic.test.ts', 'is good for five minutes, early or late, and not a second longer'),
      proof('chaos/clocks.test.ts', 'leap days and the years after 2038', 'a limit is kept while the clock jumps'),
    ],
    demands: '1 digest and 1 board a week; the limit holds during a jump',
  },
  {
    id: 'F15',
    what: 'daylight saving: every zone × every change 2024-2030',
    proofs: [
      proof('kernel/clock-changes.test.ts', 'every zone, every change of its clocks from 2024 to 2030'),
      proof('jobs/schedule.test.ts', 'neither skipped nor doubled'),
    ],
    demands: '0 skipped, 0 doubled',
  },
  {
    id: 'F16',
    what: 'storms of 429 with odd headers',
    proofs: [
      proof(
        'doors/discord/faults-rest.test.ts',
        'limits of a route, shared and of the whole bot are waited out',
        'is asked once, and the post put off',
        'a limit on posts holds no answer up',
      ),
      proof('doors/discord/faults-pace.test.ts', 'two doors with 130 posts never ask more than 50 times in a second'),
      proof('doors/slack/faults-posts.test.ts', 'a rate limit on one channel keeps no other waiting, and costs no try'),
    ],
    demands: '0 requests before Retry-After, ≤ 50 in any second over two processes',
  },
  {
    id: 'F17',
    what: 'refusals for good: 401, 403, 404, closed direct messages, gone channels',
    proofs: [
      proof(
        'doors/discord/faults-places.test.ts',
        'a deleted channel is tried once, told with its fix',
        'a missing permission is tried once and told',
        'what Discord refuses in words nobody has met is tried once and told',
      ),
      proof('doors/discord/faults-rest.test.ts', 'one 401 is got over; two in a row stop all asking for a while'),
      proof(
        'doors/slack/faults-posts.test.ts',
        'an archived channel, one without us and one that is gone end in a card for managers',
      ),
      proofAfter(
        'jobs/direct.test.ts',
        ['only who chose it gets direct messages'],
        'where direct messages are closed it goes to the private place at once',
      ),
    ],
    demands: '1 call after the first such answer',
  },
  {
    id: 'F18',
    what: 'a platform that answers 5xx',
    proofs: [
      proof('doors/discord/faults-rest.test.ts', 'while Discord answers 502, 30 waiting posts ask it a few times only'),
      proof('doors/slack/faults-posts.test.ts', 'a burst of 503 is not hammered against'),
      proof('jobs/deliver.test.ts', 'what fails ten times is parked and shown to managers'),
    ],
    demands: '≤ 4 requests for 30 waiting posts; all come afterwards',
  },
]
