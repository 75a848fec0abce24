import { test } from 'vitest'
import { judge } from '/work/main/src/content/disclosure.ts'
test('x', () => {
  for (const n of [50_000, 100_000, 200_000]) {
    const out = ['#', '#a ', 'ad ', 'thanks glow skin ', 'not an ad ', 'a\u0336', '# ', 'publicidad de '].map((u) => {
      const c = u.repeat(n / u.length)
      const t = performance.now(); judge({ caption: c, territories: ['US','GB','FR','DE','EU'], brand: 'Glow Skin', kind: 'post' })
      return `${JSON.stringify(u)}:${Math.round(performance.now() - t)}`
    })
    console.log(n, out.join(' '))
  }
  const t = performance.now()
  for (let i = 0; i < 100; i++) judge({ caption: `My new serum ${i} is great, I love it.\nSecond line #glow #skin`, territories: ['US', 'DE'], brand: 'Glow', kind: 'post' })
  console.log('per usual caption', (performance.now() - t) / 100)
})
