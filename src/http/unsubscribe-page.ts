/** The pages on which mail is ended. */
import { type MessageKind, stoppable } from '../messages/rules.ts'
import { hidden, html } from '../platforms/web/html.ts'
import type { Theme } from '../platforms/web/page.ts'
import { noticePage } from './words-page.ts'

export const askStopPage = (theme: Theme, kind: MessageKind, program: string): string =>
  noticePage(
    theme,
    'Stop these messages?',
    html`<p>${stoppable[kind]} of <bdi>${program}</bdi>.</p>
<form method="post" class="fields"><button class="button main wide">Stop these</button></form>
<form method="post" class="fields"><button class="button plain wide" name="all" value="1">Stop everything that comes by itself</button></form>
<p class="hint">Answers, decisions and paydays still come.</p>`,
  )

export const stoppedPage = (theme: Theme, program: string, what: MessageKind | 'all', stopped: boolean): string =>
  noticePage(
    theme,
    stopped ? 'Stopped' : 'You get it again',
    html`<p role="status">${what === 'all' ? 'Everything that comes by itself' : stoppable[what]} of <bdi>${program}</bdi>${stopped ? ' does not come any more.' : ' comes again.'}</p>
${stopped && html`<form method="post" class="fields">${what === 'all' && hidden({ all: '1' })}<button class="button plain wide" name="again" value="1">Take it again</button></form>`}`,
  )
