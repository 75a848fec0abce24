import QRCode from 'qrcode'

/** A PNG of 580 pixels or so that phones read from paper: a quiet zone of four modules, and 15 % of it may be damaged. */
export const qrPng = (address: string): Promise<Buffer> =>
  QRCode.toBuffer(address, { type: 'png', errorCorrectionLevel: 'M', margin: 4, width: 580 })
