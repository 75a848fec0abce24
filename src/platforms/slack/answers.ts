/** A window that was sent: what was filled in, and what is wrong with it. */
import type { FileRef } from '../../command.ts'

/** What the person filled in; options left empty are not there. Takes `view` of a view_submission. */
export function readAnswers(view: unknown): Record<string, string | FileRef> {
  const state = (view as { state?: { values?: unknown } } | undefined)?.state?.values
  const given: Record<string, string | FileRef> = {}
  for (const [name, elements] of Object.entries((state ?? {}) as Record<string, unknown>)) {
    const [answer] = Object.values((elements ?? {}) as Record<string, Answer | null>)
    const value = answer ? readAnswer(answer) : undefined
    if (value !== undefined && value !== '') given[name] = value
  }
  return given
}

type Answer = {
  type?: string
  value?: string | null
  selected_option?: { value?: string } | null
  selected_options?: { value?: string }[] | null
  selected_time?: string | null
  files?: { id?: string; name?: string; size?: number; mimetype?: string }[] | null
}

function readAnswer(answer: Answer): string | FileRef | undefined {
  if (answer.type === 'checkboxes') return answer.selected_options?.some((o) => o.value === 'yes') ? 'yes' : 'no'
  if (answer.type === 'file_input') {
    const [file] = answer.files ?? []
    if (!file?.id) return undefined
    return {
      platform: 'slack',
      ref: file.id,
      name: file.name ?? 'file',
      bytes: file.size ?? 0,
      mime: file.mimetype ?? 'application/octet-stream',
    }
  }
  return answer.value ?? answer.selected_option?.value ?? answer.selected_time ?? undefined
}

/** Problems at their fields, for `response_action: 'errors'`. Slack knows only blocks of the window, so others stand at the first one. */
export function fieldErrors(
  problems: { field: string; sentence: string }[],
  view: { blocks: unknown[] },
): Record<string, string> {
  const inputs = (view.blocks as { type?: string; block_id?: string }[]).filter((b) => b?.type === 'input' && b.block_id)
  const names = inputs.map((b) => b.block_id!)
  const errors: Record<string, string> = {}
  for (const { field, sentence } of problems) {
    const at = names.includes(field) ? field : names[0]
    if (at !== undefined) errors[at] = errors[at] === undefined ? sentence : `${errors[at]} ${sentence}`
  }
  return errors
}
