import { expect, test } from 'vitest'
import type { StatementPaper } from '../../src/ledger/rules-statement.ts'
import { statementPdf } from '../../src/ledger/statement-pdf.ts'
import { pdfWords } from '../pdf.ts'

const eur = (minor: bigint) => ({ minor, currency: 'EUR' })
const party = { name: 'Glow GmbH', address: ['Hauptstraße 1', '10115 Berlin'], country: 'Germany', vatId: 'DE123' }

const paper: StatementPaper = {
  program: 'Glow GmbH',
  creator: 'Mia Lind',
  month: '2026-10',
  currency: 'EUR',
  locale: 'en',
  provisional: false,
  opening: eur(0n),
  closing: eur(12_345_678_901_234_567n),
  pending: eur(0n),
  payable: eur(12_345_678_901_234_567n),
  paying: eur(0n),
  earned: eur(12_345_678_901_234_567n),
  rows: [
    {
      day: '2026-10-02',
      what: 'Referral, dispute granted',
      order: '#WC-2026-000012345-DE',
      arithmetic:
        '$39.00 × 12 % = $4.68 + $1,250.00 × 15 % = $187.50, at the rate 0.921245 of 2026-10-02, cut to €100.00 by the cap of the month',
      minor: 12_345_678_901_234_567n,
    },
  ],
  invoice: {
    number: 'SB-2026-0004',
    day: '2026-11-03',
    corrects: Array.from({ length: 12 }, (_, i) => `SB-2026-${String(i + 1).padStart(4, '0')}`),
    note: 'Reverse charge.',
    payer: party,
    payee: { ...party, address: ['Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtenweg 1', '1010 Wien'] },
  },
}

test('nothing that a statement says is cut: a long row, order or address goes on in the next line', async () => {
  const words = pdfWords(await statementPdf(paper, 'crt_1', '2026-11-03'))
  const joined = words.replaceAll(' ', '')
  expect(words).not.toContain('…')
  const [row] = paper.rows
  for (const said of [row!.what, row!.order, row!.arithmetic, 'SB-2026-0012', ...paper.invoice!.payee.address])
    expect(joined, said).toContain(said.replaceAll(' ', ''))
  expect(joined.split('€123,456,789,012,345.67')).toHaveLength(5)
})

test('letters that no font here draws are named, and the space behind them stays', async () => {
  const words = pdfWords(await statementPdf({ ...paper, creator: 'გიორგი ბერიძე' }, 'crt_1', '2026-11-03'))
  expect(words).toContain('[another script] (crt_1)')
})
