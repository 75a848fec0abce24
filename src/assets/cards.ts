import type { Asset, AssetVersion, File } from '../db/generated/client.ts'
import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  facts,
  image,
  link,
  moment,
  paragraph,
  small,
  strong,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import type { AssetState } from './rules.ts'

type View = {
  asset: Asset
  version: AssetVersion
  file: File | null
  url: string
  mission: { id: string; title: string } | null
  state: AssetState
}

const stateWords: Record<AssetState, string> = { current: 'In use', over: 'Over', retired: 'Taken out' }

const until = ({ asset }: View): Text => (asset.validTo === null ? ['Always'] : [moment(asset.validTo, 'day')])

function shown(view: View, manager: boolean): Block[] {
  const { asset, version, file, url, mission, state } = view
  const line = text`${strong(asset.title)}${asset.note ? `\n${asset.note}` : ''}\n${link(file?.name ?? 'Open', url)} · version ${version.number}`
  return [
    paragraph(line),
    ...(file?.mime.startsWith('image/') ? [image({ file: file.id }, `${asset.title}, version ${version.number}`)] : []),
    small(
      text`${mission ? `For “${mission.title}”` : 'For all'} · until: ${until(view)}${manager ? ` · ${stateWords[state]}` : ''}`,
    ),
    ...(manager && state !== 'retired'
      ? [
          buttons(
            { label: 'New version', run: 'asset replace', given: { asset: asset.id } },
            { label: 'Versions', run: 'asset show', given: { asset: asset.id } },
            { label: 'Take out', run: 'asset retire', given: { asset: asset.id }, look: 'danger' },
          ),
        ]
      : []),
  ]
}

/** Back to the mission it was opened from: the managers' card, or the one that creators read. */
const backTo = (missionId: string, manager: boolean): Button => ({
  label: 'Back to the mission',
  run: manager ? 'campaign show' : 'mission show',
  given: { mission: missionId },
})

/** The library: what the brand gives to work with. */
export function libraryCard(views: View[], total: number, manager: boolean, missionId?: string): Card {
  const given = missionId === undefined ? {} : { given: { mission: missionId } }
  const add = buttons(
    manager && { label: 'Add an asset', run: 'asset add', ...given, look: 'main' as const },
    missionId !== undefined && backTo(missionId, manager),
  )
  if (total === 0) return card('Brand material', 'There is nothing in the library yet.', add)
  const more = total - views.length
  return card(
    'Brand material',
    ...views.flatMap((view) => shown(view, manager)),
    more > 0 && small(`… and ${more} older.`),
    !manager && small('For content of this program alone. After its last day a piece of material is not to be used any more.'),
    add,
  )
}

/** The manager's answer after a change, and one asset with its versions. */
export function assetCard(title: string, view: View, history: readonly AssetVersion[] = []): Card {
  const { asset, version, mission, state } = view
  const shownCard = card(
    title,
    facts({
      Asset: [asset.title],
      For: [mission?.title ?? 'All'],
      Version: version.number,
      Until: until(view),
      State: [stateWords[state]],
    }),
    history.length > 1 &&
      table(
        ['Version', 'Since', 'What'],
        history.map((one) => [one.number, [moment(one.at, 'full')], one.url ?? 'A file']),
        { align: ['right', 'left', 'left'] },
      ),
    buttons({ label: 'Show library', run: 'assets' }, mission !== null && backTo(mission.id, true)),
  )
  return toned('good', shownCard)
}
