/** Which workspace a thing heard on Slack belongs to, where a channel is shared with people of another one. */
import { expect, test } from 'vitest'
import { press, sent, shortcut, signal, teamOf } from '../../src/platforms/slack/inbound.ts'

const OURS = 'T0OURS'
const stranger = { id: 'W0STRANGER', name: 'mia', team_id: 'T0THEIRS' }
const view = { id: 'V1', type: 'modal', callback_id: 'submit', private_metadata: JSON.stringify({ g: {}, w: {} }) }
const installed = { ...view, app_installed_team_id: OURS }
const actions = [{ action_id: 'help', value: '{}' }]

test('a window that somebody of another workspace sends belongs to the workspace that installed the app', () => {
  const body = { user: stranger, team: { id: 'T0THEIRS' }, trigger_id: '1' }
  expect(sent({ ...body, view: installed })?.call).toMatchObject({ workspace: OURS, user: 'W0STRANGER' })
  expect(press({ ...body, view: installed, actions })?.where.team).toBe(OURS)
  expect(sent({ ...body, team: { id: OURS }, view })?.where.team).toBe(OURS)
})

test('an event in a shared channel belongs to the workspace it is told to, wherever it happened', () => {
  const body = { team_id: 'T0THEIRS', event_id: 'Ev1', authorizations: [{ team_id: OURS, enterprise_id: 'E1' }] }
  expect(teamOf(body)).toBe(OURS)
  expect(signal(body, 'W0STRANGER', 'home').call.workspace).toBe(OURS)
  expect([teamOf({ team_id: OURS }), teamOf({ team_id: OURS, authorizations: [] })]).toEqual([OURS, OURS])
  expect(teamOf({ team_id: OURS, authorizations: [{ team_id: null }] })).toBe(OURS)
})

test('where the app is installed for a whole organisation, the workspace is the one of whoever asks', () => {
  const body = { user: { ...stranger, team_id: OURS }, team: null, enterprise: { id: 'E1' }, is_enterprise_install: true }
  expect(shortcut({ ...body, callback_id: 'submit', trigger_id: '1' })?.call.workspace).toBe(OURS)
})
