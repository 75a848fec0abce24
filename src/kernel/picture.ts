import { createRequire } from 'node:module'
import type { ResvgRenderOptions } from '@resvg/resvg-js'
import { drawable, fontFiles } from './fonts.ts'

const load = createRequire(import.meta.url)

/**
 * An SVG as PNG, `width` pixels wide (its own width by default). Only fonts from our packages are used, so the same SVG gives the
 * same bytes on every machine. What they cannot draw is not shown as boxes: emoji are left out, and letters of a script whose
 * package is not installed are named, as in "[Arabic]".
 */
export function toPng(svg: string, width?: number): Buffer {
  // The renderer is a native module; a process that never draws never loads it.
  const { Resvg } = load('@resvg/resvg-js') as typeof import('@resvg/resvg-js')
  const options: ResvgRenderOptions = {
    font: { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
    ...(width ? { fitTo: { mode: 'width', value: width } } : {}),
  }
  // What is left of a text of emoji alone.
  const drawn = drawable(svg).replace(/>\s+<\/text>|><\/text>/g, '>[emoji]</text>')
  return new Resvg(drawn, options).render().asPng()
}
