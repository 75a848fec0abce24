/** The page of finance for one batch: every payment in full, the files to send, and the answer of the bank or provider. */
import { format } from '../kernel/money.ts'
import { sayCalendarDay } from '../kernel/time.ts'
import type { Opened, Taken } from '../payouts/files.ts'
import { methods } from '../payouts/rules.ts'
import type { Account } from '../payouts/rules-accounts.ts'
import type { FormatName } from '../payouts/rules-files.ts'
import { type Html, hidden, html } from '../platforms/web/html.ts'
import { mark } from '../platforms/web/icons.ts'
import { demoMark, document, type Theme } from '../platforms/web/page.ts'

export type PayoutsView = {
  program: { name: string; demo: boolean }
  batch: { id: string; payday: string; state: string }
  payments: Opened[]
  names: Map<string, string>
  files: { name: FormatName; label: string; count: number }[]
  token: string
  theme: Theme
  locale: string
  taken: Taken | undefined
  problem: string | undefined
}

export function payoutsPage(view: PayoutsView): string {
  const { program, batch, token, files } = view
  const action = `/payouts/${batch.id}`
  const open = batch.state !== 'prepared' && batch.state !== 'cancelled'
  return document({
    title: `Payouts ${sayCalendarDay(batch.payday)} · ${program.name}`,
    theme: view.theme,
    styles: ['dashboard.css', 'payee.css'],
    bodyClass: 'in-dashboard',
    body: html`<a class="skip" href="#main">Skip to the page</a>
<header class="dash-top"><p class="dash-brand"><span class="logo">${mark()}</span><span class="brand"><bdi>${program.name}</bdi></span>${demoMark(program.demo)}</p></header>
<main class="dash" id="main"><p class="back"><a href="/dashboard/payouts"><span aria-hidden="true">←</span> Back to Payouts</a></p>
  <h1>Payouts for ${sayCalendarDay(batch.payday)}</h1>
  ${view.problem !== undefined && html`<p class="problem" role="alert"><span>${view.problem}</span></p>`}
  <div class="tiles">${view.taken && takenList(view.taken)}
  ${!open && html`<p>This batch is ${batch.state}. Files can be made once another person has confirmed it.</p>`}
  ${
    files.length > 0 &&
    html`<section class="card"><h2>Files to send</h2><p>From the moment you make a file we count its payments as possibly paid. Mark them with <kbd>/payout sent</kbd> once you have handed it in.</p>
    <div class="files">${files.map(
      ({ name, label, count }) =>
        html`<form method="post" action="${action}/file">${hidden({ token, format: name })}<button class="button main">${label}: ${count}</button></form>`,
    )}</div></section>`
  }
  ${
    open &&
    html`<section class="card"><h2>Answer of the bank or provider</h2><p>A CSV with a status column and our reference or payment id. Handing it in again changes nothing.</p>
    <form method="post" action="${action}/results" enctype="multipart/form-data" class="fields">${hidden({ token })}<div class="field"><label for="results">Result file (CSV)</label><input type="file" id="results" name="results" accept=".csv,text/csv" required></div><button class="button plain">Take in results</button></form></section>`
  }
  <section class="card payments" tabindex="0" aria-label="Payments"><h2>Payments</h2><table><thead><tr><th scope="col">Creator</th><th scope="col">Legal name and address</th><th scope="col">To</th><th scope="col" class="right">Amount</th><th scope="col">Reference</th><th scope="col">State</th></tr></thead><tbody>${view.payments.map(
    (payment) => row(view, payment),
  )}</tbody></table></section></div></main>`,
  })
}

function row({ names, locale }: PayoutsView, { paying, creatorId, method, reference, state, reason }: Opened): Html {
  const { details, amount } = paying
  const { line, more, postcode, city, region } = details.address
  const address = [line, more, `${postcode} ${city}`.trim(), region, details.country].filter((part) => part !== '').join(', ')
  return html`<tr><td><bdi>${names.get(creatorId) ?? creatorId}</bdi></td><td><bdi>${details.name}</bdi><br>${address}</td>
    <td>${methods[method as keyof typeof methods]}<br>${whole(details.account)}</td><td class="right">${format(amount, locale)}</td><td>${reference}</td><td>${state}${reason !== null && html`<br>${reason}`}</td></tr>`
}

function whole(account: Account): string {
  if ('iban' in account) return account.bic === undefined ? account.iban : `${account.iban}, ${account.bic}`
  if ('accountNumber' in account) return `${account.accountNumber}, routing ${account.routing}`
  if ('email' in account) return account.email
  return 'stripe' in account ? account.stripe : 'gift code'
}

const takenList = ({ settled, failed, waiting, known, unread }: Taken): Html =>
  html`<section class="card" role="status"><h2>Results taken in</h2><ul><li>${settled} arrived</li><li>${failed} came back, and their creators were told</li>${waiting > 0 && html`<li>${waiting} still under way</li>`}${known > 0 && html`<li>${known} were known already</li>`}</ul>
    ${unread.length > 0 && html`<p>These lines changed nothing:</p><ul>${unread.slice(0, 50).map(({ line, why }) => html`<li>Line ${line} ${why}.</li>`)}</ul>`}</section>`
