import { allShopNames } from '../programs/rules-shops.ts'

/** Whose ids the orders of a file have: an order that a shop told us of already is found again by its id there. */
export const importShops: Record<string, string> = {
  csv: 'None of these: a list of its own',
  ...allShopNames,
  generic: 'The signed webhook',
}
