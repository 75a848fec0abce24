import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ResvgRenderOptions } from '@resvg/resvg-js'

const load = createRequire(import.meta.url)
const inter = dirname(load.resolve('@expo-google-fonts/inter/package.json'))
const fonts = ['400Regular', '600SemiBold', '700Bold'].map((cut) => join(inter, cut, `Inter_${cut}.ttf`))

/**
 * An SVG as PNG, `width` pixels wide (its own width by default). Only the font we bring is used, so the same SVG gives the same
 * bytes on every machine; for the same reason emoji, which that font lacks, are left out instead of being drawn as boxes.
 */
export function toPng(svg: string, width?: number): Buffer {
  // The renderer is a native module; a process that never draws never loads it.
  const { Resvg } = load('@resvg/resvg-js') as typeof import('@resvg/resvg-js')
  const options: ResvgRenderOptions = {
    font: { fontFiles: fonts, loadSystemFonts: false, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
    ...(width ? { fitTo: { mode: 'width', value: width } } : {}),
  }
  return new Resvg(withoutEmoji(svg), options).render().asPng()
}

const withoutEmoji = (svg: string): string =>
  svg.replace(/(?![©®™↔↕↖↗])[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f\u20e3]/gu, '')
