/** Whose ids the orders of a file have: an order that a shop told us of already is found again by its id there. */
export const importShops = {
  csv: 'None of these: a list of its own',
  shopify: 'Shopify',
  stripe: 'Stripe',
  woocommerce: 'WooCommerce',
  generic: 'The signed webhook',
} as const
