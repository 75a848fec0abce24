/** A small real bot on discord.js, to try the local Discord with. */
import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  Client,
  ComponentType,
  ContainerBuilder,
  Events,
  FileUploadBuilder,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import type { LocalDiscord } from './local.ts'

const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMembers,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.MessageContent,
  GatewayIntentBits.DirectMessages,
]
export const quiet = { parse: [] as [] }

/** A real client of this server, logged in. */
export async function connect(discord: LocalDiscord, asked: number[] = intents): Promise<Client<true>> {
  const client = new Client({
    intents: asked,
    allowedMentions: quiet,
    enforceNonce: true,
    rest: { api: discord.apiBase, version: '10', cdn: discord.cdnBase, offset: 0, retries: 1, timeout: 3000 },
    ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) },
    waitGuildTimeout: 500,
  })
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve))
  await client.login(discord.token)
  await ready
  return client as Client<true>
}

/** Code and status of a refusal. */
export const refused = (asked: Promise<unknown>) =>
  asked.then(
    () => 'accepted',
    (error: { code?: number; status?: number }) => `${error.status} ${error.code}`,
  )

export const commands = [
  {
    name: 'review',
    description: 'Reviews',
    options: [
      {
        name: 'approve',
        description: 'Approve one',
        type: ApplicationCommandOptionType.Subcommand as const,
        options: [
          { name: 'submission', description: 'Which', type: 3 as const, required: true, autocomplete: true },
          { name: 'stars', description: 'How many', type: 4 as const, min_value: 1, max_value: 5 },
          { name: 'proof', description: 'A file', type: 11 as const },
          { name: 'whom', description: 'Who', type: 6 as const },
          { name: 'mood', description: 'Mood', type: 3 as const, choices: [{ name: 'Good', value: 'good' }] },
        ],
      },
      { name: 'slow', description: 'Defers', type: 1 as const },
      { name: 'form', description: 'Opens a form', type: 1 as const },
      { name: 'late', description: 'Answers too late', type: 1 as const },
    ],
  },
  { name: 'Save as content', type: ApplicationCommandType.Message as const },
  { name: 'Profile', type: ApplicationCommandType.User as const },
]

export const panel = () =>
  new ContainerBuilder()
    .setAccentColor(0x33aa55)
    .addTextDisplayComponents(new TextDisplayBuilder().setContent('**Approved** by <@1>'))
    .addActionRowComponents(
      new ActionRowBuilder<ButtonBuilder>().addComponents(
        new ButtonBuilder().setCustomId('undo?id=1').setLabel('Undo').setStyle(ButtonStyle.Secondary),
        new ButtonBuilder().setCustomId('why').setLabel('Why').setStyle(ButtonStyle.Danger),
        new ButtonBuilder().setURL('https://glow.example').setLabel('Open').setStyle(ButtonStyle.Link),
      ),
    )
    .addActionRowComponents(
      new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
        new StringSelectMenuBuilder()
          .setCustomId('pick')
          .setPlaceholder('Pick one')
          .addOptions({ label: 'Red', value: 'r' }, { label: 'Blue', value: 'b' }),
      ),
    )

const form = new ModalBuilder()
  .setCustomId('review reject?id=1')
  .setTitle('Reject')
  .addLabelComponents(
    new LabelBuilder()
      .setLabel('Note')
      .setTextInputComponent(
        new TextInputBuilder().setCustomId('note').setStyle(TextInputStyle.Paragraph).setMaxLength(20).setRequired(true),
      ),
    new LabelBuilder()
      .setLabel('Proof')
      .setFileUploadComponent(new FileUploadBuilder().setCustomId('proof').setRequired(false).setMaxValues(2)),
  )

/** The bot of these tests. */
export async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) {
    await interaction.respond([{ name: `For ${interaction.options.getFocused()}`, value: 'sub_1' }])
  } else if (interaction.isChatInputCommand()) await command(interaction)
  else if (interaction.isButton() && interaction.customId === 'why') await interaction.showModal(form)
  else if (interaction.isButton()) {
    await interaction.update({ components: [new TextDisplayBuilder().setContent('Undone')] })
  } else if (interaction.isStringSelectMenu()) {
    await interaction.deferUpdate()
    await interaction.followUp({ content: `You picked ${interaction.values[0]}`, flags: MessageFlags.Ephemeral })
  } else if (interaction.isModalSubmit()) {
    const files = interaction.fields.getUploadedFiles('proof')?.size ?? 0
    await interaction.reply({ content: `${interaction.fields.getTextInputValue('note')} with ${files}`, flags: 64 })
  } else if (interaction.isMessageContextMenuCommand()) {
    await interaction.reply({ content: `Saved ${interaction.targetMessage.content}` })
  } else if (interaction.isUserContextMenuCommand()) {
    await interaction.reply({ content: `That is ${interaction.targetUser.username}` })
  }
}

async function command(interaction: ChatInputCommandInteraction): Promise<void> {
  const sub = interaction.options.getSubcommand()
  if (sub === 'late') return
  if (sub === 'form') {
    await interaction.showModal(form)
    return
  }
  if (sub === 'slow') {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral })
    await interaction.editReply({ content: 'Done slowly' })
    await interaction.followUp({ content: 'And more', flags: MessageFlags.Ephemeral })
    return
  }
  const { options } = interaction
  const proof = options.getAttachment('proof')
  const bytes = proof ? await (await fetch(proof.url)).text() : 'nothing'
  const words = `${options.getString('submission')} ${options.getInteger('stars')} ${options.getUser('whom')?.username} ${bytes}`
  await interaction.reply({
    flags: MessageFlags.IsComponentsV2,
    components: [
      panel().addTextDisplayComponents(new TextDisplayBuilder().setContent(words)),
      { type: ComponentType.File, file: { url: 'attachment://list.csv' } },
    ],
    files: [{ attachment: Buffer.from('a,b'), name: 'list.csv' }],
  })
}
