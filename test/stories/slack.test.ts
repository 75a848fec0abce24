import { slackStage } from '../doors/slack/stage.ts'
import { playLoop } from './loop.ts'

playLoop('Slack', () => slackStage())
